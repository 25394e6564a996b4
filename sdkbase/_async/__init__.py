"""The client in one colour: transport, engine, client, resources."""
