//! Numbers about fronts.

use crate::archive::Kept;

/// The volume of objective space that a front dominates, up to a reference point that is worse than
/// all of it: one number for how close and how wide a front is (Zitzler and Thiele 1999). By slices
/// of the last objective; exact, and exponential in the number of objectives.
pub fn hypervolume(front: &[Kept], reference: &[f64]) -> f64 {
    let points: Vec<&[f64]> = front
        .iter()
        .map(|k| k.objectives.as_slice())
        .filter(|p| p.len() == reference.len() && p.iter().zip(reference).all(|(x, r)| x < r))
        .collect();
    slices(points, reference)
}

fn slices(mut points: Vec<&[f64]>, reference: &[f64]) -> f64 {
    let Some((&end, rest)) = reference.split_last() else {
        return 1.0;
    };
    let at = rest.len();
    points.sort_by(|a, b| a[at].total_cmp(&b[at]));
    if rest.is_empty() {
        return points.first().map_or(0.0, |p| end - p[0]);
    }
    let mut volume = 0.0;
    for i in 0..points.len() {
        let top = points.get(i + 1).map_or(end, |p| p[at]);
        let height = top - points[i][at];
        if height > 0.0 {
            let base = points[..=i].iter().map(|p| &p[..at]).collect();
            volume += height * slices(base, rest);
        }
    }
    volume
}
