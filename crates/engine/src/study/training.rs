//! How training went: loss and accuracy, epoch by epoch, as the trainer wrote them down.

use crate::panel::{Cell, Chart, Curve, Line, Panel, Table};
use crate::site::manifest::Epoch;
use crate::wording::{percent, plain};

/// The curves of a run, and where it was at its best. An empty panel if fewer than two epochs were written down.
pub fn training(epochs: &[Epoch]) -> Panel {
    if epochs.len() < 2 {
        return Panel::default();
    }
    type Read = fn(&Epoch) -> f64;
    let x: Vec<f32> = epochs.iter().map(|epoch| epoch.epoch as f32).collect();
    let chart = |title: &str, y_name: &str, text: String, dev: Read, train: Read| {
        let curve = |name: &str, kind: &str, read: Read| {
            let y = epochs.iter().map(|epoch| read(epoch) as f32).collect();
            Curve { name: name.to_owned(), kind: kind.to_owned(), x: x.clone(), y, top: Vec::new() }
        };
        let curves = vec![curve("development sentences", "line", dev), curve("training sentences", "reference", train)];
        let (title, x_name, y_name) = (title.to_owned(), "epoch".to_owned(), y_name.to_owned());
        Chart { title, x_name, y_name, curves, text, ..Chart::default() }.with_axes()
    };
    let best = |better: fn(f64, f64) -> bool, read: Read| {
        epochs.iter().fold(&epochs[0], |best, epoch| if better(read(epoch), read(best)) { epoch } else { best })
    };
    let lowest = best(|a, b| a < b, |epoch| epoch.dev_loss);
    let highest = best(|a, b| a > b, |epoch| epoch.dev_accuracy);
    let loss = format!(
        "On the development sentences the loss is lowest {}, {}.",
        after(lowest),
        plain(lowest.dev_loss as f32)
    );
    let right = percent(highest.dev_accuracy as f32);
    let accuracy = format!("On the development sentences most are right {}, {right}.", after(highest));
    let columns = ["Epoch", "Loss, training", "Loss, development", "Right, training", "Right, development"];
    let mut table = Table { folded: true, ..Table::new("Every epoch in numbers", &columns) };
    for epoch in epochs {
        let losses = [epoch.train_loss, epoch.dev_loss].map(|value| Cell::text(plain(value as f32)));
        let shares = [epoch.train_accuracy, epoch.dev_accuracy].map(|value| Cell::text(percent(value as f32)));
        table.lines.push(Line::new(epoch.epoch.to_string(), losses.into_iter().chain(shares).collect()));
    }
    Panel {
        charts: vec![
            chart("Loss", "mean cross-entropy", loss, |epoch| epoch.dev_loss, |epoch| epoch.train_loss),
            chart(
                "Accuracy",
                "share that is right",
                accuracy,
                |epoch| epoch.dev_accuracy,
                |epoch| epoch.train_accuracy,
            ),
        ],
        tables: vec![table],
        ..Panel::default()
    }
}

/// "after 9 epochs"
fn after(epoch: &Epoch) -> String {
    match epoch.epoch {
        0 => "before training".to_owned(),
        1 => "after 1 epoch".to_owned(),
        more => format!("after {more} epochs"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_epochs_are_named_and_each_is_in_the_table() {
        let epoch = |epoch, dev_loss, dev_accuracy| Epoch {
            epoch,
            train_loss: 1.5,
            train_accuracy: 0.25,
            dev_loss,
            dev_accuracy,
            test_loss: 0.0,
            test_accuracy: 0.0,
        };
        let panel = training(&[epoch(0, 1.6, 0.2), epoch(1, 1.25, 0.4), epoch(2, 1.5, 0.5)]);
        assert_eq!(panel.charts[0].text, "On the development sentences the loss is lowest after 1 epoch, 1.25.");
        assert_eq!(panel.charts[1].text, "On the development sentences most are right after 2 epochs, 50\u{a0}%.");
        assert_eq!((panel.tables[0].lines.len(), panel.charts[0].y.low), (3, 0.0));
        assert_eq!(training(&[epoch(0, 1.6, 0.2)]), Panel::default());
    }
}
