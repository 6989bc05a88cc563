"""Support periods as pages and scripts read them: told, shown, and what their goals are set by."""
