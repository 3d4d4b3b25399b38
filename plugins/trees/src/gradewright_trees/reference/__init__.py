"""The reference implementations of this topic: `splits` holds the split criteria of tree1."""
