"""What tests are about: reachable data only, made by calling operations."""
