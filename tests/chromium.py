"""The browser of the tests: Debian's Chromium. The one that was built without windows does the same for two
thirds of the processor's time."""

import shutil

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
