"""Small files of every kind that the world makes, each of one test picture, and what is right of each.

- `scene`: the test picture, which moves
- `clips`: moving files: makes those in the folder of that name by independent tools, and prints what is read of each
- `versus`: a table of both corpora, this one and that of still pictures, by another checkout and by this one
"""
