//! How wide a text is, without a font at hand.
//!
//! The tables are the advance widths of DejaVu Sans and DejaVu Sans Bold (version 2.37, `hmtx`
//! table, thousandths of an em) for U+0020 to U+017F. DejaVu is the widest of the faces that the
//! pictures may fall back to (Inter, Helvetica, Arial and Liberation are about a tenth narrower),
//! so a text measured here fits its box whichever face the reader's machine has.

/// The `font-family` every picture asks for.
pub const FONT_FAMILY: &str = "Inter, 'Helvetica Neue', Arial, sans-serif";

const FIRST: u32 = 0x20;

const REGULAR: [u16; 352] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
    600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600,
    600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 318, 401, 636, 636, 636,
    636, 337, 500, 500, 1000, 471, 612, 838, 361, 1000, 500, 500, 838, 401, 401, 500, 636, 636,
    318, 500, 401, 471, 612, 969, 969, 969, 531, 684, 684, 684, 684, 684, 684, 974, 698, 632, 632,
    632, 632, 295, 295, 295, 295, 775, 748, 787, 787, 787, 787, 787, 838, 787, 732, 732, 732, 732,
    611, 605, 630, 613, 613, 613, 613, 613, 613, 982, 550, 615, 615, 615, 615, 278, 278, 278, 278,
    612, 634, 612, 612, 612, 612, 612, 838, 612, 634, 634, 634, 634, 592, 635, 592, 684, 613, 684,
    613, 684, 613, 698, 550, 698, 550, 698, 550, 698, 550, 770, 635, 775, 635, 632, 615, 632, 615,
    632, 615, 632, 615, 632, 615, 775, 635, 775, 635, 775, 635, 775, 635, 752, 634, 916, 695, 295,
    278, 295, 278, 295, 278, 295, 278, 295, 278, 590, 556, 295, 278, 656, 579, 579, 557, 278, 557,
    278, 557, 375, 557, 342, 562, 284, 748, 634, 748, 634, 748, 634, 813, 748, 634, 787, 612, 787,
    612, 787, 612, 1070, 1023, 695, 411, 695, 411, 695, 411, 635, 521, 635, 521, 635, 521, 635,
    521, 611, 392, 611, 392, 611, 392, 732, 634, 732, 634, 732, 634, 732, 634, 732, 634, 732, 634,
    989, 818, 611, 592, 611, 685, 525, 685, 525, 685, 525, 352,
];
const BOLD: [u16; 352] = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696,
    696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683,
    683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771,
    724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665,
    343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
    600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600,
    600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 348, 456, 696, 696, 636,
    696, 365, 500, 500, 1000, 564, 646, 838, 415, 1000, 500, 500, 838, 438, 438, 500, 736, 636,
    380, 500, 438, 564, 646, 1035, 1035, 1035, 580, 774, 774, 774, 774, 774, 774, 1085, 734, 683,
    683, 683, 683, 372, 372, 372, 372, 838, 837, 850, 850, 850, 850, 850, 838, 850, 812, 812, 812,
    812, 724, 738, 719, 675, 675, 675, 675, 675, 675, 1048, 593, 678, 678, 678, 678, 343, 343, 343,
    343, 687, 712, 687, 687, 687, 687, 687, 838, 687, 712, 712, 712, 712, 652, 716, 652, 774, 675,
    774, 675, 774, 675, 734, 593, 734, 593, 734, 593, 734, 593, 830, 716, 838, 716, 683, 678, 683,
    678, 683, 678, 683, 678, 683, 678, 821, 716, 821, 716, 821, 716, 821, 716, 837, 712, 974, 790,
    372, 343, 372, 343, 372, 343, 372, 343, 372, 343, 744, 686, 372, 343, 775, 665, 665, 637, 343,
    637, 343, 637, 479, 637, 557, 642, 371, 837, 712, 837, 712, 837, 712, 983, 837, 712, 850, 687,
    850, 687, 850, 687, 1167, 1094, 770, 493, 770, 493, 770, 493, 720, 595, 720, 595, 720, 595,
    720, 595, 682, 478, 682, 478, 682, 478, 812, 712, 812, 712, 812, 712, 812, 712, 812, 712, 812,
    712, 1103, 924, 724, 652, 724, 725, 582, 725, 582, 725, 582, 435,
];

fn advance(c: char, bold: bool) -> u32 {
    let table = if bold { &BOLD } else { &REGULAR };
    let code = c as u32;
    if let Some(width) = code.checked_sub(FIRST).and_then(|i| table.get(i as usize)) {
        return u32::from(*width);
    }
    match code {
        0x0300..=0x036f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x2010..=0x2027 | 0x2030..=0x205e => 1000,
        // Hangul, CJK, kana, full-width forms and pictographs take a full em or a little more.
        0x1100..=0x11ff | 0x2e80..=0xd7ff | 0xf900..=0xfaff | 0xff00..=0xff60 => 1050,
        0x1f000.. => 1400,
        _ => 950,
    }
}

/// The width of `text` in pixels at `size` pixels, rounded up. Never less than what a browser
/// draws with the fonts named above.
pub fn text_width(text: &str, size: u32, bold: bool) -> i32 {
    let sum: u64 = text.chars().map(|c| u64::from(advance(c, bold))).sum();
    let px = (sum * u64::from(size)).div_ceil(1000);
    i32::try_from(px).unwrap_or(i32::MAX / 4)
}

/// How wide a terminal draws `text`, in cells: two for East Asian wide characters and
/// pictographs, none for combining marks, one for all else.
pub fn cell_width(text: &str) -> i32 {
    text.chars().map(cells).sum()
}

/// Cells of one character; see [`cell_width`].
pub fn cells(c: char) -> i32 {
    match c as u32 {
        0..=0x1f | 0x7f..=0x9f | 0x0300..=0x036f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0x1f300..=0x1faff => 2,
        _ => 1,
    }
}

/// Lines of a text that was fitted into a width, and whether something had to be cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitted {
    /// The lines, none wider than asked.
    pub lines: Vec<String>,
    /// Whether the last line ends in an ellipsis that hides part of the text.
    pub cut: bool,
}

/// Wraps `text` at blanks (and inside words that are too long, after `-`, `_`, `.`, `/` where
/// there is one) to at most `max_lines` lines of `max_width`, as `width` measures. What does not
/// fit is replaced by an ellipsis.
pub fn fit(text: &str, max_width: i32, max_lines: usize, width: &dyn Fn(&str) -> i32) -> Fitted {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let mut words: Vec<String> = clean.split_whitespace().rev().map(str::to_owned).collect();
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    while let Some(word) = words.pop() {
        let joined = if line.is_empty() {
            word.clone()
        } else {
            format!("{line} {word}")
        };
        if width(&joined) <= max_width {
            line = joined;
            continue;
        }
        if !line.is_empty() && lines.len() + 1 < max_lines {
            lines.push(std::mem::take(&mut line));
            words.push(word);
            continue;
        }
        if line.is_empty() && lines.len() + 1 < max_lines {
            let (head, tail) = split_word(&word, max_width, width);
            if !tail.is_empty() {
                lines.push(head);
                words.push(tail);
                continue;
            }
        }
        let mut rest = joined;
        while let Some(word) = words.pop() {
            rest.push(' ');
            rest.push_str(&word);
        }
        lines.push(ellipsis(&rest, max_width, width));
        return Fitted { lines, cut: true };
    }
    if !line.is_empty() {
        lines.push(line);
    }
    Fitted { lines, cut: false }
}

/// Splits a word that is wider than a line: after the last joint that fits, else after the last
/// character that fits. The head holds at least one character, so that progress is made.
fn split_word(word: &str, max_width: i32, width: &dyn Fn(&str) -> i32) -> (String, String) {
    let mut hard = 0;
    let mut soft = 0;
    for (at, c) in word.char_indices() {
        let end = at + c.len_utf8();
        if at > 0 && width(&word[..end]) > max_width {
            break;
        }
        hard = end;
        if matches!(c, '-' | '_' | '.' | '/' | ':' | ',') {
            soft = end;
        }
    }
    let at = if soft > 0 && hard < word.len() {
        soft
    } else {
        hard
    };
    (word[..at].to_owned(), word[at..].to_owned())
}

/// Cuts `text` to `max_width`, ending in an ellipsis where something was cut.
pub fn ellipsis(text: &str, max_width: i32, width: &dyn Fn(&str) -> i32) -> String {
    if width(text) <= max_width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        let longer = format!("{kept}{c}…");
        if width(&longer) > max_width {
            break;
        }
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}

/// Measures at a size; the argument [`fit`] and [`ellipsis`] want.
pub fn at(size: u32, bold: bool) -> impl Fn(&str) -> i32 {
    move |text| text_width(text, size, bold)
}
