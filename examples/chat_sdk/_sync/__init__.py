# Generated from _async/__init__.py by sdkbase.codegen. Do not edit.
# sha256: e14aad6368fbea76
"""The SDK in one colour: client and resources."""
