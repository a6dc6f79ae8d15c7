"""The look's foundation: tokens, themes, the stylesheet, icons and state glyphs.

Every colour, size, font and delay comes from resources/themes/tokens.json through a `Theme`. A widget asks
`current_theme()` while it paints and keeps nothing of the answer: when the theme changes, Qt sends it PaletteChange and
StyleChange, both repaint, and the new theme is read. Whoever holds a QIcon needs nothing either: icons draw themselves
from the current theme.
"""
