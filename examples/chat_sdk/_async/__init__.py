"""The SDK in one colour: client and resources."""
