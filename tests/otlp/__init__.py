"""The receivers, tested over real sockets."""
