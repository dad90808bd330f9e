"""Tests of the transports, most of them over sockets."""
