"""Tests of how Traceway gets into a program: real programs in processes of their own, both ways of starting them."""
