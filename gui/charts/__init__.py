"""Charts over time: several above each other share one time axis, one pointer and the marks of what happened.

They know series, limits and marks, and nothing of engines. pyqtgraph and numpy come with the first chart: `loading`.
"""
