//! Sorting a population into fronts, and how crowded each of its members is.

/// The front that each member is on, 0 the best: members in lexicographic order are put on the first
/// front of which none dominates them (efficient non-dominated sort: Zhang, Tian, Cheng, Jin 2015).
pub(crate) fn ranks(objectives: &[Vec<f64>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..objectives.len()).collect();
    order.sort_by(|&a, &b| {
        let pairs = objectives[a].iter().zip(&objectives[b]);
        pairs
            .map(|(x, y)| x.total_cmp(y))
            .find(|o| o.is_ne())
            .unwrap_or(a.cmp(&b))
    });
    let mut fronts: Vec<Vec<usize>> = Vec::new();
    let mut ranks = vec![0; objectives.len()];
    for i in order {
        let free = |front: &Vec<usize>| {
            !front
                .iter()
                .rev()
                .any(|&j| dominates(&objectives[j], &objectives[i]))
        };
        let at = fronts.iter().position(free).unwrap_or(fronts.len());
        if at == fronts.len() {
            fronts.push(Vec::new());
        }
        fronts[at].push(i);
        ranks[i] = at;
    }
    ranks
}

/// At least as good in everything and better in something.
fn dominates(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(x, y)| x <= y) && a.iter().zip(b).any(|(x, y)| x < y)
}

/// The crowding distance of the members of one front (Deb, Pratap, Agarwal, Meyarivan 2002):
/// infinite at the ends of each objective.
pub(crate) fn crowding(members: &[usize], objectives: &[Vec<f64>]) -> Vec<f64> {
    let mut distance = vec![0.0; members.len()];
    let count = members.first().map_or(0, |&m| objectives[m].len());
    let columns = (0..count).map(|k| members.iter().map(move |&m| objectives[m][k]));
    for values in columns.map(Vec::from_iter) {
        let value = |at: usize| values[at];
        let mut order: Vec<usize> = (0..members.len()).collect();
        order.sort_by(|&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b)));
        let (Some(&first), Some(&last)) = (order.first(), order.last()) else {
            continue;
        };
        let range = value(last) - value(first);
        distance[first] = f64::INFINITY;
        distance[last] = f64::INFINITY;
        if range.is_nan() || range.is_infinite() || range <= 0.0 {
            continue;
        }
        for three in order.windows(3) {
            if let [before, at, after] = *three {
                distance[at] += (value(after) - value(before)) / range;
            }
        }
    }
    distance
}
