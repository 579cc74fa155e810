//! The order of the work: topological, ties by rank and then by the order of the model.

/// That something is needed first, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    pub on: usize,
    pub why: String,
}

/// The outcome; indexes of `needs` and `given_up` are places in the sequence.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ordered {
    /// Tasks by their index, in order.
    pub sequence: Vec<usize>,
    pub needs: Vec<Vec<Edge>>,
    /// Needs that would have to come later, because they run in a circle.
    pub given_up: Vec<Vec<Edge>>,
}

/// Orders tasks. Of those whose needs are met, the one with the lowest rank is next, then the first of
/// the model. Where a circle leaves none, its task with the lowest rank goes without what is missing.
pub fn order(ranks: &[usize], edges: Vec<Vec<Edge>>) -> Ordered {
    let all = ranks.len();
    let mut place: Vec<Option<usize>> = vec![None; all];
    let mut sequence = Vec::with_capacity(all);
    while sequence.len() < all {
        let waits = |at: usize| edges[at].iter().any(|e| place[e.on].is_none());
        let left = (0..all).filter(|at| place[*at].is_none());
        let first = |tasks: Vec<usize>| tasks.into_iter().min_by_key(|at| (ranks[*at], *at));
        let ready = first(left.clone().filter(|at| !waits(*at)).collect());
        let circle = || {
            first(
                left.clone()
                    .filter(|at| turns(*at, &edges, &place))
                    .collect(),
            )
        };
        let Some(next) = ready.or_else(circle) else {
            break;
        };
        place[next] = Some(sequence.len());
        sequence.push(next);
    }
    let mut ordered = Ordered::default();
    for (at, task) in sequence.iter().enumerate() {
        let mut placed: Vec<Edge> = edges[*task]
            .iter()
            .filter_map(|e| {
                Some(Edge {
                    on: place[e.on]?,
                    why: e.why.clone(),
                })
            })
            .collect();
        placed.sort_by_key(|e| e.on);
        let (needs, given_up) = placed.into_iter().partition(|e| e.on < at);
        ordered.needs.push(needs);
        ordered.given_up.push(given_up);
    }
    ordered.sequence = sequence;
    ordered
}

/// Whether a task needs itself, by way of others that have no place yet.
fn turns(task: usize, edges: &[Vec<Edge>], place: &[Option<usize>]) -> bool {
    let mut seen = vec![false; edges.len()];
    let mut open = vec![task];
    while let Some(at) = open.pop() {
        for edge in edges[at].iter().filter(|e| place[e.on].is_none()) {
            if edge.on == task {
                return true;
            }
            if !seen[edge.on] {
                seen[edge.on] = true;
                open.push(edge.on);
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(needs: &[usize]) -> Vec<Edge> {
        let edge = |on: &usize| Edge {
            on: *on,
            why: String::new(),
        };
        needs.iter().map(edge).collect()
    }

    #[test]
    fn needs_come_first_and_ties_keep_the_order_of_the_model() {
        let made = order(&[1, 0, 1, 0], vec![on(&[2]), on(&[]), on(&[]), on(&[])]);
        assert_eq!(made.sequence, [1, 3, 2, 0]);
        assert_eq!(made.needs[3], on(&[2]));
        assert!(made.given_up.iter().all(Vec::is_empty));
    }

    #[test]
    fn a_circle_ends_and_names_what_it_gave_up() {
        // 3 waits behind the circle and gives nothing up.
        let made = order(&[0; 4], vec![on(&[1]), on(&[2]), on(&[0]), on(&[1])]);
        assert_eq!(made.sequence, [0, 2, 1, 3]);
        assert_eq!(made.given_up[0], on(&[2]));
        assert_eq!(made.given_up.iter().flatten().count(), 1);
        assert_eq!(made.needs[3], on(&[2]));
    }
}
