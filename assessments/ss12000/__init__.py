"""Class lists fetched from a school administration by its SS 12000:2020 API."""
