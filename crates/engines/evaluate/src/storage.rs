//! Growth of stored data under a write rate, its growth and a retention.

/// Seconds of a year of 365.25 days.
const YEAR_S: f64 = 31_557_600.0;

/// What is written to one table (or topic, bucket, index) and how long it stays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// Rows there already.
    pub rows_now: f64,
    /// Rows added per second today.
    pub rows_per_s: f64,
    /// Growth of that rate per year as a fraction (0.6: 60 % more each year). At least -1.
    pub growth_per_year: f64,
    /// How long a row stays, in seconds; `None` keeps it for ever.
    pub retention_s: Option<f64>,
    /// Bytes of a row with its share of page and tuple overhead.
    pub row_bytes: f64,
    /// Bytes of its index entries, all indexes together.
    pub index_bytes: f64,
    /// Copies kept, at least 1.
    pub copies: f64,
}

/// Rows and bytes at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stored {
    pub rows: f64,
    /// One copy: rows and indexes.
    pub bytes: f64,
    /// All copies.
    pub bytes_all_copies: f64,
}

fn sane(x: f64) -> f64 {
    if x.is_nan() { 0.0 } else { x.clamp(0.0, 1e18) }
}

impl Growth {
    /// What is stored `years` from now.
    ///
    /// Rows written between two moments are the integral of rate * (1 + g)^t over them. Rows there
    /// already are taken as written before today at that same rate, the youngest as many as they
    /// are, and each leaves when it is as old as the retention. Where more are there than the
    /// retention leaves of what was written (or nothing is written at all), the rest stands: it is
    /// kept from another moment than that of its writing (a customer's row, until the account
    /// closes), and who leaves is replaced.
    pub fn after_years(&self, years: f64) -> Stored {
        let years = sane(years).min(1000.0);
        let now = sane(self.rows_now);
        let per_year = sane(self.rows_per_s) * YEAR_S;
        let between = |from: f64, to: f64| per_year * (self.grown(to) - self.grown(from)).max(0.0);
        let rows = match self.retention_s.map(|s| sane(s) / YEAR_S) {
            None => now + between(0.0, years),
            Some(kept) => {
                let past = between(-kept, 0.0).min(now);
                let standing = now - past;
                let oldest = -self.age_of(past, per_year).min(kept);
                standing + between((years - kept).max(oldest), years)
            }
        };
        let rows = rows.min(1e30);
        let bytes = rows * (sane(self.row_bytes) + sane(self.index_bytes));
        Stored {
            rows,
            bytes,
            bytes_all_copies: bytes * sane(self.copies).max(1.0),
        }
    }

    /// Years before today in which the last `rows` were written.
    fn age_of(&self, rows: f64, per_year: f64) -> f64 {
        if rows <= 0.0 || per_year <= 0.0 {
            return 0.0;
        }
        let (log, share) = (self.log(), rows / per_year);
        let age = if (log * share).abs() < 1e-9 {
            share
        } else {
            -(-log * share).ln_1p() / log
        };
        // With growth all of the past together is rate / log(1 + g).
        if age.is_finite() { age.max(0.0) } else { 1e3 }
    }

    fn log(&self) -> f64 {
        let growth = self.growth_per_year;
        let growth = if growth.is_nan() { 0.0 } else { growth };
        growth.clamp(-0.999_999, 1e6).ln_1p()
    }

    /// Integral of (1 + g)^t from 0 to `years`, which may be before today; held to 1e30.
    fn grown(&self, years: f64) -> f64 {
        let log = self.log();
        let total = if (log * years).abs() < 1e-9 {
            years
        } else {
            (log * years).exp_m1() / log
        };
        total.clamp(-1e30, 1e30)
    }

    /// Years until one copy holds `bytes`, looked for up to `horizon_years`; `None` if it never
    /// does by then. What is stored can only be asked where it does not shrink first: the first
    /// quarter in which the bound is passed is refined to a day.
    pub fn years_until(&self, bytes: f64, horizon_years: f64) -> Option<f64> {
        let bound = sane(bytes);
        let horizon = sane(horizon_years).min(1000.0);
        let mut low = 0.0;
        if self.after_years(0.0).bytes >= bound {
            return Some(0.0);
        }
        while low < horizon {
            let mut high = (low + 0.25_f64).min(horizon);
            if self.after_years(high).bytes >= bound {
                while high - low > 1.0 / 365.0 {
                    let middle = 0.5 * (low + high);
                    if self.after_years(middle).bytes >= bound {
                        high = middle;
                    } else {
                        low = middle;
                    }
                }
                return Some(high);
            }
            low = high;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Growth {
        Growth {
            rows_now: 0.0,
            rows_per_s: 10.0,
            growth_per_year: 0.0,
            retention_s: None,
            row_bytes: 200.0,
            index_bytes: 50.0,
            copies: 3.0,
        }
    }

    #[test]
    fn without_growth_it_is_rate_times_time() {
        let stored = table().after_years(2.0);
        assert!((stored.rows - 631_152_000.0).abs() < 1e-3);
        assert!((stored.bytes - 157_788_000_000.0).abs() < 1.0);
        assert!((stored.bytes_all_copies - 3.0 * stored.bytes).abs() < 1.0);
    }

    #[test]
    fn retention_bounds_it() {
        let month = Growth {
            retention_s: Some(30.0 * 86_400.0),
            ..table()
        };
        let bound = 10.0 * 30.0 * 86_400.0;
        assert!((month.after_years(1.0).rows - bound).abs() < 1.0);
        assert!((month.after_years(9.0).rows - bound).abs() < 1.0);
    }

    #[test]
    fn rows_of_before_leave_when_they_are_old() {
        // Ten a second for a fortnight: in thirty days from their writing they are gone.
        let day = 86_400.0;
        let young = Growth {
            rows_now: 10.0 * 14.0 * day,
            retention_s: Some(30.0 * day),
            ..table()
        };
        let rows = |days: f64| young.after_years(days * day / YEAR_S).rows / (10.0 * day);
        assert!((rows(0.0) - 14.0).abs() < 1e-6);
        assert!((rows(10.0) - 24.0).abs() < 1e-6);
        assert!((rows(16.0) - 30.0).abs() < 1e-6);
        assert!((rows(300.0) - 30.0).abs() < 1e-6);
        // With growth of the rate, what is kept grows with it: all of it was written lately.
        let growing = Growth {
            growth_per_year: 0.5,
            retention_s: Some(YEAR_S),
            rows_now: 0.0,
            ..table()
        };
        let full = growing.after_years(1.0).rows;
        let on = Growth {
            rows_now: full / 1.5,
            ..growing
        };
        for years in [0.0, 0.3, 1.0, 2.5] {
            let expected = full / 1.5 * 1.5_f64.powf(years);
            let rows = on.after_years(years).rows;
            assert!((rows / expected - 1.0).abs() < 1e-9, "{years}: {rows}");
        }
    }

    #[test]
    fn rows_that_nothing_writes_stand() {
        let staff = Growth {
            rows_now: 25.0,
            rows_per_s: 0.0,
            growth_per_year: 0.4,
            retention_s: Some(YEAR_S),
            ..table()
        };
        for years in [0.0, 0.5, 1.0, 3.0] {
            assert_eq!(staff.after_years(years).rows, 25.0);
        }
    }

    #[test]
    fn growth_compounds() {
        // The integral of 2^t over [0, 1] is 1 / ln 2.
        let doubling = Growth {
            growth_per_year: 1.0,
            ..table()
        };
        let expected = 10.0 * YEAR_S / std::f64::consts::LN_2;
        assert!((doubling.after_years(1.0).rows / expected - 1.0).abs() < 1e-12);
    }

    #[test]
    fn says_when_a_limit_is_reached() {
        let year = 10.0 * YEAR_S * 250.0;
        let found = table().years_until(year, 5.0);
        assert!(found.is_some_and(|t| (t - 1.0).abs() < 0.01), "{found:?}");
        assert_eq!(table().years_until(10.0 * year, 5.0), None);
    }
}
