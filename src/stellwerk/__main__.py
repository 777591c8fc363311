"""`python -m stellwerk` is `stellwerk`."""

import sys

from stellwerk.cli.main import main

sys.exit(main())
