"""One file at a time: reading its bytes within limits. What files there are is for `storage`, what they mean for the readers."""
