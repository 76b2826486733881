"""Small files of every kind that the world makes, each of one test picture, and what is right of each.

- `scene`: the test picture, which moves
- `clips`: makes the files in `clips/` by independent tools, and compares what is read of them with what is right
"""
