//! One sort for everything that is put in order: each further one would be a kilobyte or two of the page.

/// The indices of `keys` from the smallest to the largest; equals stay in order.
pub fn ascending(keys: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_unstable_by(|&a, &b| keys[a].total_cmp(&keys[b]).then(a.cmp(&b)));
    order
}

#[cfg(test)]
mod tests {
    #[test]
    fn equals_stay_in_order() {
        assert_eq!(super::ascending(&[2.0, -1.0, 2.0, 0.5]), [1, 3, 0, 2]);
    }
}

/// Which way words go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the whole sentence to none of it.
    Deletion,
    /// From none of it to the whole.
    Insertion,
}

/// The words that are present after each step of an order, `[T + 1]`.
pub fn steps(order: &[usize], direction: Direction) -> impl Iterator<Item = Vec<bool>> {
    let inserts = direction == Direction::Insertion;
    (0..=order.len()).map(move |k| {
        let mut present = vec![!inserts; order.len()];
        order[..k].iter().for_each(|word| present[*word] = inserts);
        present
    })
}
