"""What is told about calls: interceptors, logs and metrics."""
