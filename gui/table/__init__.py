"""The table of every page: a model that replays a RowSet, and a view that paints its visible rows in one pass.

`Table` is what pages use. Qt keeps headers, keys, scrolling and accessibility; rows, order and selection are ours.
"""
