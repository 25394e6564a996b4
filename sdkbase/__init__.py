"""sdkbase."""
