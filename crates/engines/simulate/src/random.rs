//! Random numbers: streams that do not disturb each other, and service times by mean and scv.
//!
//! Every place that draws (the arrivals of a flow, a step of a path, a link's pauses) has a stream
//! of its own, seeded by the run's seed and the place. A change in one part of a system so leaves
//! the numbers of the others as they were, and two designs under one seed differ by the design and
//! not by luck (common random numbers; Law, Simulation Modeling and Analysis, 2015, 11.2).

/// xoshiro256++ (Blackman and Vigna, Scrambled linear pseudorandom number generators, 2021).
#[derive(Debug, Clone)]
pub struct Stream {
    state: [u64; 4],
}

/// What a stream is for; with the run's seed and an index it names the stream.
#[derive(Debug, Clone, Copy)]
pub enum Purpose {
    Arrivals = 1,
    Step = 2,
    Pause = 3,
    Loss = 4,
}

/// One step of SplitMix64 (Steele, Lea, Flood 2014), as a hash of 64 bits.
pub fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Stream {
    pub fn new(seed: u64, purpose: Purpose, index: usize) -> Self {
        let mut at = mix(mix(seed) ^ mix((purpose as u64) << 32 | index as u64));
        let mut next = || {
            at = mix(at);
            at
        };
        // Four hashes in a row are never all zero, the one state that is forbidden.
        let state = [next(), next(), next(), next() | 1];
        Stream { state }
    }

    #[inline]
    pub fn next(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c, d) = (c ^ a, d ^ b);
        let (b2, a2) = (b ^ c, a ^ d);
        self.state = [a2, b2, c ^ (b << 17), d.rotate_left(45)];
        result
    }

    /// Uniform in [0, 1).
    #[inline]
    pub fn unit(&mut self) -> f64 {
        unit(self.next())
    }
}

/// The upper 53 bits as a number in [0, 1).
#[inline]
pub fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

const LAYERS: usize = 256;
/// Where the tail begins, and the area of each layer (Marsaglia and Tsang, The Ziggurat Method,
/// 2000, for 256 layers of the exponential density).
const TAIL: f64 = 7.697_117_470_131_05;
const AREA: f64 = 0.003_949_659_822_581_557;

/// The tables of the ziggurat for the exponential distribution.
#[derive(Debug, Clone)]
pub struct Ziggurat {
    edge: [f64; LAYERS + 1],
    height: [f64; LAYERS + 1],
}

impl Default for Ziggurat {
    fn default() -> Self {
        let mut edge = [0.0; LAYERS + 1];
        edge[0] = AREA / (-TAIL).exp();
        edge[1] = TAIL;
        for i in 2..LAYERS {
            let last: f64 = edge[i - 1];
            edge[i] = -(AREA / last + (-last).exp()).ln();
        }
        let height = edge.map(|x| (-x).exp());
        Ziggurat { edge, height }
    }
}

impl Ziggurat {
    /// Exponential with mean 1.
    #[inline]
    pub fn exponential(&self, stream: &mut Stream) -> f64 {
        let bits = stream.next();
        let layer = (bits & 0xff) as usize;
        let x = unit(bits) * self.edge[layer];
        if x < self.edge[layer + 1] {
            return x;
        }
        self.edge_of(layer, x, stream)
    }

    #[cold]
    fn edge_of(&self, mut layer: usize, mut x: f64, stream: &mut Stream) -> f64 {
        loop {
            if x < self.edge[layer + 1] {
                return x;
            }
            if layer == 0 {
                return TAIL - (1.0 - stream.unit()).ln();
            }
            let (low, high) = (self.height[layer], self.height[layer + 1]);
            if low + (high - low) * stream.unit() < (-x).exp() {
                return x;
            }
            let bits = stream.next();
            layer = (bits & 0xff) as usize;
            x = unit(bits) * self.edge[layer];
        }
    }
}

/// A time by mean and squared coefficient of variation: the same distributions that the closed form
/// assumes (`evaluate::percentile`), so that the two engines can only differ by their methods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Times {
    Fixed(f64),
    /// scv 1: exponential with this mean.
    Exponential(f64),
    /// scv below 1: a fixed part plus an exponential.
    Shifted {
        fixed: f64,
        mean: f64,
    },
    /// scv above 1: two exponentials with balanced means (Whitt 1982).
    Hyper {
        first: f64,
        mean_first: f64,
        mean_second: f64,
    },
}

impl Times {
    /// Not a number and below zero count as zero, without end as a year.
    pub fn new(mean: f64, scv: f64) -> Self {
        let mean = if mean > 0.0 { mean.min(3.2e7) } else { 0.0 };
        let scv = if scv > 0.0 { scv.min(1e6) } else { 0.0 };
        if mean == 0.0 || scv < 1e-12 {
            Times::Fixed(mean)
        } else if scv < 1.0 {
            let random = mean * scv.sqrt();
            Times::Shifted {
                fixed: mean - random,
                mean: random,
            }
        } else if scv == 1.0 {
            Times::Exponential(mean)
        } else {
            let first = 0.5 * (1.0 + ((scv - 1.0) / (scv + 1.0)).sqrt());
            Times::Hyper {
                first,
                mean_first: mean / (2.0 * first),
                mean_second: mean / (2.0 * (1.0 - first)),
            }
        }
    }

    #[inline]
    pub fn draw(&self, stream: &mut Stream, ziggurat: &Ziggurat) -> f64 {
        match *self {
            Times::Fixed(time) => time,
            Times::Exponential(mean) => mean * ziggurat.exponential(stream),
            Times::Shifted { fixed, mean } => fixed + mean * ziggurat.exponential(stream),
            Times::Hyper {
                first,
                mean_first,
                mean_second,
            } => {
                let mean = if stream.unit() < first {
                    mean_first
                } else {
                    mean_second
                };
                mean * ziggurat.exponential(stream)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of the authors' C program from the state 1, 2, 3, 4.
    #[test]
    fn the_stream_is_the_published_one() {
        let mut stream = Stream {
            state: [1, 2, 3, 4],
        };
        let published = [
            41943041,
            58720359,
            3588806011781223,
            3591011842654386,
            9228616714210784205,
            9973669472204895162,
            14011001112246962877,
            12406186145184390807,
            15849039046786891736,
            10450023813501588000,
        ];
        for expected in published {
            assert_eq!(stream.next(), expected);
        }
    }

    #[test]
    fn times_have_their_mean_scv_and_tail() {
        let ziggurat = Ziggurat::default();
        for scv in [0.0, 0.25, 0.5, 1.0, 2.0, 4.0] {
            let times = Times::new(2.0, scv);
            let mut stream = Stream::new(7, Purpose::Step, 3);
            let n = 400_000;
            let drawn: Vec<f64> = (0..n).map(|_| times.draw(&mut stream, &ziggurat)).collect();
            let mean = drawn.iter().sum::<f64>() / n as f64;
            let variance = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64;
            assert!((mean - 2.0).abs() < 0.02, "mean {mean} at scv {scv}");
            let found = variance / 4.0;
            assert!((found - scv).abs() <= 0.03 * scv, "scv {found} for {scv}");
        }
    }

    /// Counts by ten equal shares and beyond the ziggurat's tail against the exponential's own.
    #[test]
    fn the_ziggurat_is_exponential_throughout() {
        let ziggurat = Ziggurat::default();
        let mut stream = Stream::new(1, Purpose::Arrivals, 0);
        let n = 2_000_000;
        let mut shares = [0u32; 10];
        let mut tail = 0;
        for _ in 0..n {
            let x = ziggurat.exponential(&mut stream);
            let p = -(-x).exp_m1();
            shares[((p * 10.0) as usize).min(9)] += 1;
            tail += u32::from(x > TAIL);
        }
        let expected = n as f64 / 10.0;
        let chi: f64 = shares
            .iter()
            .map(|s| (f64::from(*s) - expected).powi(2) / expected)
            .sum();
        assert!(chi < 27.9, "chi squared {chi} at 9 degrees of freedom");
        let beyond = (-TAIL).exp() * n as f64;
        assert!(
            (f64::from(tail) - beyond).abs() < 4.0 * beyond.sqrt(),
            "{tail} for {beyond}"
        );
    }

    #[test]
    fn streams_of_two_purposes_share_nothing() {
        let mut a = Stream::new(1, Purpose::Arrivals, 0);
        let mut b = Stream::new(1, Purpose::Step, 0);
        assert!((0..100).all(|_| a.next() != b.next()));
    }
}
