# Generated from _async/__init__.py by sdkbase.codegen. Do not edit.
# sha256: 17eba43530f6ad81
"""The client in one colour: transport, engine, client, resources."""
