"""`python -m gui` from a checkout."""

import sys

from gui.app import main

sys.exit(main())
