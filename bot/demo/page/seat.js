/** A seat is one person's view of one chat: the same group looks different on Ann's phone and on Boris'. */

/** The seat as a word: for maps and for the page's address. */
export function keyOf(seat) {
  return `${seat.person}:${seat.chat}`;
}

export function seatOf(key) {
  const [person, chat] = key.split(":").map(Number);
  return { person, chat };
}
