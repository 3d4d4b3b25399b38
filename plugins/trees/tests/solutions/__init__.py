"""Complete sets of answers, each written in another manner; all of them are correct."""
