//! Texts made worse on purpose, the same ones every time.

/// A small generator of numbers (xorshift), so that no test depends on chance.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Numbers(seed | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// So many worse texts made of this one.
#[allow(dead_code)]
pub fn of(text: &str, times: u32) -> impl Iterator<Item = String> {
    let mut numbers = Numbers::new(0x9E37_79B9_7F4A_7C15 ^ text.len() as u64);
    (0..times).map(move |_| mutated(text, &mut numbers))
}

/// Cuts, doubles, flips and moves parts of a text. What is no longer UTF-8 is replaced, as the reader does.
pub fn mutated(text: &str, numbers: &mut Numbers) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=numbers.below(4) {
        if bytes.is_empty() {
            break;
        }
        let at = numbers.below(bytes.len());
        let end = (at + 1 + numbers.below(40)).min(bytes.len());
        match numbers.below(7) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            3 => bytes[at] ^= 1 << numbers.below(8),
            4 => {
                let marks = b"{}[]()\"'`:;,<>$#%@&*-\n\t =\\/|!";
                bytes[at] = marks[numbers.below(marks.len())];
            }
            5 => {
                let part: Vec<u8> = bytes.drain(at..end).collect();
                let to = numbers.below(bytes.len() + 1);
                bytes.splice(to..to, part);
            }
            _ => {
                let odd = [
                    "é", "\u{feff}", "\u{e000}", "𝄞", "\r\n", "${", "{{", "}}", "<<", "\"\"\"",
                ];
                let part = odd[numbers.below(odd.len())].bytes();
                bytes.splice(at..at, part);
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
