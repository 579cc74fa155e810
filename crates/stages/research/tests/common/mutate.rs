//! Real text made wrong, the same way each time: cut, doubled, flipped, truncated.

pub struct Mutations<'a> {
    text: &'a [u8],
    state: u64,
    left: u32,
}

/// So many wrong texts made of this one.
pub fn of(text: &str, times: u32) -> Mutations<'_> {
    Mutations {
        text: text.as_bytes(),
        state: 0x9E37_79B9_7F4A_7C15 ^ text.len() as u64,
        left: times,
    }
}

impl Mutations<'_> {
    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state % bound.max(1) as u64) as usize
    }
}

impl Iterator for Mutations<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        self.left = self.left.checked_sub(1)?;
        let mut bytes = self.text.to_vec();
        for _ in 0..=self.below(3) {
            let (from, length) = (self.below(bytes.len()), self.below(40));
            let to = (from + length).min(bytes.len());
            match self.below(5) {
                0 => drop(bytes.drain(from..to)),
                1 => {
                    let piece = bytes[from..to].to_vec();
                    let at = self.below(bytes.len());
                    bytes.splice(at..at, piece);
                }
                2 => {
                    if let Some(byte) = bytes.get_mut(from) {
                        *byte ^= 1 << self.state.count_ones() % 7;
                    }
                }
                3 => bytes.truncate(from),
                _ => {
                    let odd = b"{}()[]\"'`\\\n\t:;,#@$%<>=\xc3\xa9\0";
                    let byte = odd[self.below(odd.len())];
                    bytes.insert(from.min(bytes.len()), byte);
                }
            }
        }
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}
