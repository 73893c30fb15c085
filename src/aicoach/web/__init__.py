"""What the centre serves: the place where cabins hand over what they measured."""
