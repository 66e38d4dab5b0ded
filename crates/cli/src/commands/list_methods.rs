//! The registries of methods, targets, baselines and scales, for a terminal.

use std::fmt::Write as _;
use std::io::Write as _;

use anstyle::Style;
use anyhow::Result;
use wordlight_engine::{ChoiceSpec, MethodCard, ParamCard, ParamKind};
use wordlight_engine::{baseline_cards, method_cards, scale_cards, target_cards};

pub(super) fn print() -> Result<()> {
    let mut out = String::new();
    let bold = Style::new().bold();
    for method in method_cards() {
        write_method(&mut out, &method)?;
    }
    let baselines = baseline_cards();
    for (title, choices) in [("targets", &target_cards()), ("baselines", &baselines), ("scales", &scale_cards())] {
        writeln!(out, "{bold}{title}{bold:#}")?;
        for ChoiceSpec { id, meaning, .. } in choices {
            writeln!(out, "  {id:<18} {meaning}")?;
        }
        if title == "baselines" {
            writeln!(out, "  {:<18} the words of a sentence of yours, one after another", "text:...")?;
        }
        writeln!(out)?;
    }
    match anstream::stdout().write_all(out.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn write_method(out: &mut String, method: &MethodCard) -> std::fmt::Result {
    let bold = Style::new().bold();
    writeln!(out, "{bold}{}{bold:#}  {} ({})", method.id, method.name, method.citation)?;
    writeln!(out, "  {}", method.summary)?;
    for param in &method.params {
        writeln!(out, "    {:<16} {}; {}", param.id, param.meaning, range(param))?;
    }
    writeln!(out)
}

fn range(param: &ParamCard) -> String {
    match &param.kind {
        ParamKind::Number { min, max, default, .. } => format!("{min} to {max}, default {default}"),
        ParamKind::Integer { min, max, default } => format!("{min} to {max}, default {default}"),
        ParamKind::Choice { options, default } => {
            let ids: Vec<&str> = options.iter().map(|option| option.id.as_str()).collect();
            format!("{}, default {default}", ids.join(" | "))
        }
    }
}
