"""Tests of the topic of decision trees."""
