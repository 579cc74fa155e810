//! How columns get their values so that keys are unique and foreign keys lead somewhere.

use indexmap::IndexMap;

use model::{Column, FieldType, Table};

use crate::value::{below, mix};

/// Where a column's value comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Fill {
    /// Drawn from the type's values.
    Own,
    /// Another one in each row.
    Unique,
    /// The parent's.
    Parent { group: usize, column: String },
    /// Counts up among the rows of one parent, or among all: `turn / divisor % of`.
    Digit {
        group: Option<usize>,
        divisor: u64,
        of: u64,
    },
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq)]
pub struct Parent {
    pub table: String,
    pub spread: Spread,
    /// Always NULL: it leads to its own table, or to none that is here.
    pub null: bool,
}

/// Which rows belong to which parent. All are uniform: every parent has as many rows as any other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spread {
    /// Row i belongs to parent i.
    OneToOne,
    /// The rows of one parent come one after the other, because they are made together.
    Together,
    /// The rows of one parent are spread over all the time.
    Scattered,
    /// Another parent for each row of one parent of the group `first`.
    Rest { first: usize, divisor: u64 },
}

/// Up to this many rows of a parent are taken as made together with it.
const TOGETHER: u64 = 16;
/// Parents left without a row of a one-to-one table, so that such rows can be added.
pub const SPARE: u64 = 2000;
/// Different dates where a date tells rows of one parent apart.
const DATES: u64 = 2000;

impl Spread {
    /// The parent of row `i` of `n`, among `parents`, and which of the parent's rows it is.
    pub fn place(self, i: u64, n: u64, parents: u64, seed: u64) -> (u64, u64) {
        let (n, parents) = (n.max(1), parents.max(1));
        match self {
            Spread::OneToOne => (i % parents, i / parents),
            Spread::Together if i < n => {
                let (wide, p) = (u128::from(i) * u128::from(parents), u128::from(n));
                let owner = (wide / p) as u64;
                (owner, i - first_of(owner, n, parents))
            }
            Spread::Together => {
                let (owner, round) = ((i - n) % parents, (i - n) / parents);
                let there = first_of(owner + 1, n, parents) - first_of(owner, n, parents);
                (owner, there + round)
            }
            Spread::Scattered | Spread::Rest { .. } => {
                let step = coprime(below(mix(seed, 11), parents), parents);
                let at = u128::from(i % parents) * u128::from(step)
                    + u128::from(below(mix(seed, 13), parents));
                ((at % u128::from(parents)) as u64, i / parents)
            }
        }
    }
}

/// The first row of a parent where rows come together.
fn first_of(owner: u64, n: u64, parents: u64) -> u64 {
    (u128::from(owner) * u128::from(n)).div_ceil(u128::from(parents)) as u64
}

fn coprime(from: u64, n: u64) -> u64 {
    let gcd = |mut a: u64, mut b: u64| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    (from.max(n / 2 + 1)..)
        .find(|s| gcd(*s, n) == 1)
        .unwrap_or(1)
}

/// One part of a unique key.
enum Part {
    Group(usize),
    Column(String, Option<u64>),
}

/// Fills for all columns, the foreign keys, and how many rows there can be.
pub fn assign(
    id: &str,
    table: &Table,
    wanted: u64,
    rows_of: &dyn Fn(&str) -> Option<u64>,
) -> (IndexMap<String, Fill>, Vec<Parent>, u64) {
    let mut rows = wanted;
    let mut fills: IndexMap<String, Fill> = IndexMap::new();
    let mut parents = Vec::new();
    for key in table.foreign_keys.values() {
        let group = parents.len();
        let there = rows_of(&key.references);
        let own = *key.references == *id;
        let optional = key
            .columns
            .iter()
            .any(|c| table.columns.get(c).is_some_and(|c| c.optional));
        let null = (own || there.is_none()) && optional;
        let spread = match there {
            _ if own => Spread::OneToOne,
            Some(there) if wanted <= there.saturating_mul(TOGETHER) && there > 1000 => {
                Spread::Together
            }
            _ => Spread::Scattered,
        };
        if there == Some(0) && !optional {
            rows = 0;
        }
        parents.push(Parent {
            table: key.references.0.clone(),
            spread,
            null,
        });
        for (at, column) in key.columns.iter().enumerate() {
            let theirs = key.to.get(at).cloned();
            let fill = Fill::Parent {
                group,
                // Completed below, where the parent's primary key is meant.
                column: theirs.unwrap_or_else(|| format!("#{at}")),
            };
            fills.entry(column.clone()).or_insert(fill);
        }
    }
    let mut settled: Vec<usize> = Vec::new();
    let keys = std::iter::once(&table.primary_key).chain(table.unique.values().map(|u| &u.columns));
    for key in keys.filter(|k| !k.is_empty()) {
        settle(
            key,
            table,
            &mut fills,
            &mut parents,
            &mut settled,
            &mut rows,
            rows_of,
        );
    }
    for (name, column) in &table.columns {
        if column.identity {
            fills.insert(name.clone(), Fill::Unique);
        }
        fills.entry(name.clone()).or_insert(Fill::Own);
    }
    (fills, parents, rows)
}

/// Makes one key unique.
fn settle(
    key: &[String],
    table: &Table,
    fills: &mut IndexMap<String, Fill>,
    parents: &mut [Parent],
    settled: &mut Vec<usize>,
    rows: &mut u64,
    rows_of: &dyn Fn(&str) -> Option<u64>,
) {
    let mut parts: Vec<Part> = Vec::new();
    for name in key {
        match fills.get(name) {
            Some(Fill::Unique) => return,
            Some(Fill::Parent { group, .. }) => {
                let parent = &parents[*group];
                if parent.null || settled.contains(group) && parent.spread == Spread::OneToOne {
                    return;
                }
                if !parts
                    .iter()
                    .any(|p| matches!(p, Part::Group(g) if g == group))
                {
                    parts.push(Part::Group(*group));
                }
            }
            _ => {
                let Some(column) = table.columns.get(name) else {
                    return;
                };
                parts.push(Part::Column(name.clone(), values_of(column)));
            }
        }
    }
    // A day alone tells as many rows apart as there are days.
    if let ([Part::Column(name, _)], Some(FieldType::Date)) = (
        parts.as_slice(),
        key.first()
            .and_then(|c| table.columns.get(c))
            .map(|c| c.kind),
    ) {
        fills.insert(name.clone(), Fill::Unique);
        return;
    }
    let endless = parts.iter().find_map(|part| match part {
        Part::Column(name, None) => Some(name.clone()),
        _ => None,
    });
    if let Some(name) = endless {
        fills.insert(name, Fill::Unique);
        return;
    }
    let count = |g: usize, parents: &[Parent]| rows_of(&parents[g].table).unwrap_or(1).max(1);
    let first = parts.iter().find_map(|part| match part {
        Part::Group(g)
            if settled.contains(g) || !matches!(parents[*g].spread, Spread::Rest { .. }) =>
        {
            Some(*g)
        }
        _ => None,
    });
    if let ([Part::Group(group)], Some(_)) = (parts.as_slice(), first) {
        let there = count(*group, parents);
        let spare = SPARE.min(there / 10);
        parents[*group].spread = Spread::OneToOne;
        settled.push(*group);
        *rows = (*rows).min(there - spare);
        return;
    }
    settled.extend(first);
    let mut divisor: u64 = 1;
    for part in &parts {
        match part {
            Part::Group(g) if Some(*g) == first => {}
            Part::Group(g) => {
                if let Some(first) = first
                    && !settled.contains(g)
                {
                    parents[*g].spread = Spread::Rest { first, divisor };
                    settled.push(*g);
                }
                divisor = divisor.saturating_mul(count(*g, parents));
            }
            Part::Column(name, values) => {
                let of = values.unwrap_or(1).max(1);
                fills.insert(
                    name.clone(),
                    Fill::Digit {
                        group: first,
                        divisor,
                        of,
                    },
                );
                divisor = divisor.saturating_mul(of);
            }
        }
    }
    let owners = first.map_or(1, |g| count(g, parents));
    *rows = (*rows).min(
        owners.saturating_mul(divisor) / 10 * 9 + u64::from(owners.saturating_mul(divisor) < 10),
    );
}

/// How many values a column can have; `None`: as many as there are rows.
fn values_of(column: &Column) -> Option<u64> {
    match column.kind {
        FieldType::Enum => Some(column.values.len() as u64),
        FieldType::Boolean => Some(2),
        FieldType::Date => Some(DATES),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_spread_gives_each_parent_its_share_and_numbers_its_rows() {
        for (n, parents) in [(10, 3), (7, 7), (100, 16), (5, 40), (1000, 1)] {
            for spread in [Spread::Together, Spread::Scattered, Spread::OneToOne] {
                let places: Vec<(u64, u64)> = (0..n * 3)
                    .map(|i| spread.place(i, n, parents, 42))
                    .collect();
                let different: BTreeSet<_> = places.iter().collect();
                assert_eq!(different.len(), places.len(), "{spread:?} {n} {parents}");
                assert!(places.iter().all(|(p, _)| *p < parents));
                let most = places[..n as usize].iter().map(|(_, turn)| turn).max();
                assert!(
                    *most.unwrap() < n.div_ceil(parents),
                    "{spread:?} {n} {parents}"
                );
            }
        }
    }
}
