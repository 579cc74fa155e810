//! The time a request takes at shared processors.
//!
//! # Method
//! One request among n others gets the share min(1, c / (n + 1)) of a processor. Where its demand is
//! exponential, its response time is the time to absorption of a birth-death chain over n that
//! starts as arrivals find it. The chain is reversible and starts in proportion to weight times rate
//! of absorption, so the response is exactly a mixture of exponentials, and with A the generator
//! E[T^r] / r! = <1, (-A)^-(r-1) 1> in the chain's own weights: two tridiagonal solutions give five
//! moments, and [`Mix::from_moments`] the three exponentials that have them. For one processor this
//! is the distribution of E. G. Coffman, R. R. Muntz, H. Trotter, Waiting Time Distributions for
//! Processor-Sharing Systems, JACM 17, 1970.
//!
//! The mean is insensitive to the distributions of all demands (Baskett et al. 1975; J. W. Cohen,
//! The Multiple Phase Service Network with Generalized Processor Sharing, Acta Informatica 12,
//! 1979): it is always the demand times the same slowdown. The variance is not. On one processor
//! Var T(x) = 2 / (1-rho)^2 int (x-u) P(W > u) du, W being the wait the same requests would have
//! first come first served (S. F. Yashkov 1983; T. J. Ott, The Sojourn-Time Distribution in the
//! M/G/1 Queue with Processor Sharing, J. Appl. Prob. 21, 1984). So other requests count as
//! exponential, of the mean for which this variance is right for the request looked at.
//!
//! Demands that are more variable than an exponential are two exponentials; less variable ones are
//! matched in two moments, the variance from the slowdown's autocorrelation, taken as one
//! exponential that is exact for an exponential demand of the same mean.

use crate::percentile::Mix;

/// States beyond this many servers' worth of work are left out; loads that would need more take the
/// shape of the highest load that does not.
const DENSE: f64 = 0.985;
/// Where so few are delayed at all, nobody is.
const RARE: f64 = 1e-9;

/// Shared processors as a request meets them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Processors<'a> {
    pub servers: usize,
    /// 0 to below 1.
    pub utilisation: f64,
    /// Share of requests that find all processors busy (Erlang C).
    pub wait_probability: f64,
    /// Mean delay of a mean demand, in seconds: below that of an open queue where only so many are
    /// let in at once.
    pub mean_wait_s: f64,
    /// Mean demand and its scv over all requests.
    pub service_s: f64,
    pub service_scv: f64,
    /// All demands as (work, mean in seconds, scv).
    pub demands: &'a [(f64, f64, f64)],
}

impl Processors<'_> {
    /// The mean of the exponential that has the others' Laplace transform of the residual demand at
    /// one over the demand looked at.
    fn others_s(&self, demand_s: f64) -> f64 {
        let (mut all, mut sum) = (0.0, 0.0);
        for (work, mean, scv) in self.demands {
            let x = mean / demand_s;
            let transform = if *scv > 1.0 {
                let apart = ((scv - 1.0) / (scv + 1.0)).sqrt();
                let (fast, slow) = (x / (1.0 + apart), x / (1.0 - apart).max(1e-9));
                0.5 / (1.0 + fast) + 0.5 / (1.0 + slow)
            } else if *scv > 1.0 - 1e-9 {
                1.0 / (1.0 + x)
            } else {
                let random = scv.sqrt() * x;
                (1.0 - (random - x).exp() / (1.0 + random)) / x.max(1e-300)
            };
            all += work;
            sum += work * transform;
        }
        let transform = sum / all.max(f64::MIN_POSITIVE);
        (demand_s * (1.0 / transform.clamp(1e-12, 1.0) - 1.0)).max(1e-9 * demand_s)
    }

    /// The same for searches, from two moments.
    fn rough_others_s(&self, demand_s: f64) -> f64 {
        let residual = self.service_s * (1.0 + self.service_scv) / 2.0;
        let long = demand_s / (demand_s + residual);
        self.service_s + long * (residual - self.service_s)
    }

    /// Mean delay per second of demand in an open queue, C / (c (1 - rho)).
    fn open_delay(&self) -> f64 {
        self.wait_probability / (self.servers as f64 * (1.0 - self.utilisation))
    }

    /// The share of it that is met here; the others meet none.
    fn kept(&self) -> f64 {
        let open = self.open_delay() * self.service_s;
        if open > 0.0 {
            (self.mean_wait_s / open).clamp(0.0, 1.0)
        } else {
            1.0
        }
    }

    /// Mean delay per second of demand.
    fn delay(&self) -> f64 {
        self.kept() * self.open_delay()
    }

    /// Variance of the slowdown that arrivals find. All busy with probability C, they find so many
    /// waiting that the number is geometric: 1 + G in the place of one.
    fn slowdown_variance(&self) -> f64 {
        let (c, spare) = (self.servers as f64, 1.0 - self.utilisation);
        let second = self.wait_probability * (1.0 + self.utilisation) / (c * spare).powi(2);
        (self.kept() * second - self.delay().powi(2)).max(0.0)
    }

    /// The part of the variance of the response to a demand that comes from the others: the slowdown
    /// is taken to be forgotten at the rate (1 - rho) (1 + .43 (c - 1) (1 - rho)) per mean demand of
    /// the others, which is exact for one processor and within 10 % up to 32.
    pub fn rough_excess(&self, demand_s: f64, scv: f64) -> f64 {
        let spare = 1.0 - self.utilisation;
        let forgets = spare * (1.0 + 0.43 * (self.servers as f64 - 1.0) * spare)
            / self.rough_others_s(demand_s).max(f64::MIN_POSITIVE);
        let each = demand_s * (1.0 + scv);
        self.slowdown_variance() * demand_s * each / (1.0 + forgets * each / 2.0)
    }

    /// The fixed part of the response to a demand, and the rest.
    pub fn response(&self, demand_s: f64, scv: f64) -> (f64, Mix) {
        if demand_s <= 0.0 {
            return (0.0, Mix::NOTHING);
        }
        if self.wait_probability < RARE {
            let random = scv.min(1.0).sqrt() * demand_s;
            let mix = if scv > 1.0 {
                Mix::balanced(1.0, demand_s, scv)
            } else {
                Mix::exponential(1.0, random)
            };
            return (demand_s - random, mix);
        }
        if scv > 1.0 {
            let p = 0.5 * (1.0 + ((scv - 1.0) / (scv + 1.0)).sqrt());
            let part = |p: f64| {
                let one = self.moments(demand_s / (2.0 * p).max(1e-9));
                Mix::from_moments(&one.map(|moment| p * moment))
            };
            return (0.0, part(p).either(part(1.0 - p)));
        }
        let moments = self.moments(demand_s);
        if scv > 1.0 - 1e-9 {
            return (0.0, Mix::from_moments(&moments));
        }
        self.less_variable(demand_s, scv, &moments)
    }

    /// A demand with a fixed part; `moments` are those of an exponential one.
    fn less_variable(&self, demand_s: f64, scv: f64, moments: &[f64; 6]) -> (f64, Mix) {
        let random = scv.sqrt() * demand_s;
        let fixed = demand_s - random;
        let slowed = 1.0 + self.delay();
        let spread = self.slowdown_variance();
        // The slowdown's autocorrelation is spread e^(-forgets u).
        let correlated = (moments[2] - moments[1] * moments[1]) / demand_s;
        let forgets = (spread / correlated.max(1e-300) - 1.0 / demand_s).max(0.0);
        let second = demand_s * demand_s * (1.0 + scv);
        let y = forgets * demand_s;
        let varied = if y < 1e-3 {
            spread * second
        } else {
            let left = (-forgets * fixed).exp() / (1.0 + forgets * random);
            2.0 * spread * (demand_s / forgets - (1.0 - left) / (forgets * forgets))
        };
        let variance = slowed * slowed * random * random + varied;
        let rest = slowed * demand_s - fixed;
        let spread = variance / (rest * rest).max(1e-300);
        // A fixed demand may meet no delay at all; a delay that is met is nearly exponential.
        if random == 0.0 && spread > 1.0 {
            let met = 2.0 / (1.0 + spread);
            return (fixed, Mix::exponential(met, rest / met));
        }
        (fixed, Mix::two_moments(1.0, rest, spread))
    }

    /// E[T^r] / r! for r from 0 to 5 for an exponential demand.
    fn moments(&self, demand_s: f64) -> [f64; 6] {
        let mean = demand_s * (1.0 + self.open_delay());
        let c = self.servers as f64;
        let rho = self.utilisation.min(DENSE);
        let erlangs = rho * c;
        // Fewer and more than these never are inside.
        let few = (erlangs - 9.0 * erlangs.sqrt() - 20.0).max(0.0).floor();
        let many = (c - 16.0 / rho.max(1e-9).ln()).ceil();
        let others_s = self.others_s(demand_s);
        let up = erlangs / others_s;
        let states = (many - few) as usize + 1;
        let share = |n: f64| (c / (n + 1.0)).min(1.0);
        // Forward elimination of (-A) v = 1, for which only the factors are kept.
        let mut chain: Vec<State> = Vec::with_capacity(states);
        let (mut weight, mut total, mut factor, mut value) = (1.0_f64, 0.0_f64, 0.0, 0.0);
        for i in 0..states {
            let n = few + i as f64;
            let part = share(n);
            let down = if i == 0 { 0.0 } else { n * part / others_s };
            let up_here = if i + 1 == states { 0.0 } else { up };
            let own = up_here + down + part / demand_s - down * factor;
            value = (1.0 + down * value) / own;
            factor = up_here / own;
            chain.push(State {
                weight,
                factor,
                down_share: down / own,
                own,
                v: value,
                u: 0.0,
            });
            total += weight * part;
            weight *= erlangs / ((n + 1.0) * share(n + 1.0));
            if weight > 1e200 {
                chain.iter_mut().for_each(|s| s.weight /= weight);
                total /= weight;
                weight = 1.0;
            }
        }
        total /= demand_s;
        backwards(&mut chain, |s| &mut s.v);
        // The same for (-A) u = v.
        let mut before = 0.0;
        for state in &mut chain {
            before = state.v / state.own + state.down_share * before;
            state.u = before;
        }
        backwards(&mut chain, |s| &mut s.u);
        let mut a = [total, 0.0, 0.0, 0.0, 0.0, 0.0];
        for s in &chain {
            a[1] += s.weight;
            a[2] += s.weight * s.v;
            a[3] += s.weight * s.v * s.v;
            a[4] += s.weight * s.v * s.u;
            a[5] += s.weight * s.u * s.u;
        }
        // In units of the mean that is known exactly.
        let unit = a[1] / total;
        let mut scale = total;
        for moment in &mut a {
            *moment /= scale;
            scale *= unit / mean;
        }
        let kept = self.kept();
        let mut alone = 1.0;
        for moment in &mut a {
            *moment = kept * *moment + (1.0 - kept) * alone;
            alone *= demand_s;
        }
        a
    }
}

/// A number of others inside.
struct State {
    weight: f64,
    /// Row of the factorised generator: rate up, and down, over the eliminated diagonal.
    factor: f64,
    down_share: f64,
    own: f64,
    v: f64,
    u: f64,
}

fn backwards(chain: &mut [State], part: impl Fn(&mut State) -> &mut f64) {
    let mut next = 0.0;
    for state in chain.iter_mut().rev() {
        let factor = state.factor;
        let value = part(state);
        *value += factor * next;
        next = *value;
    }
}
