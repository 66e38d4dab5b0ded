//! The page's first picture: an explained sentence as plain HTML, there before any script has run.
//!
//! The page marks the place with two comments and holds the sentence in its text box; what stands between the comments
//! is computed by a real network when the page is made. Colours are classes, because the page allows no inline style.

use std::fmt::Write;

use wordlight_engine::Reply;
use wordlight_explain::order::ascending;
use wordlight_explain::{Error, Result};

const START: &str = "<!-- example:start -->";
const END: &str = "<!-- example:end -->";

/// The text that the page's box holds.
///
/// # Errors
/// [`Error::Unknown`] if the page has no such box.
pub fn text_of(page: &str) -> Result<String> {
    let after = page.split_once("<textarea id=\"text\"").and_then(|(_, rest)| rest.split_once('>'));
    let text = after.and_then(|(_, rest)| rest.split_once("</textarea>"));
    let (text, _) = text.ok_or_else(|| Error::unknown("text box in the page", "text", []))?;
    Ok(text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

/// The page with the first row of `reply` between its two comments.
///
/// # Errors
/// [`Error::Unknown`] if the page lacks the comments or the reply a row.
pub fn with_first_picture(page: &str, reply: &Reply) -> Result<String> {
    let (before, rest) = page.split_once(START).ok_or_else(|| Error::unknown("place in the page", START, []))?;
    let (_, after) = rest.split_once(END).ok_or_else(|| Error::unknown("place in the page", END, []))?;
    Ok(format!("{before}{START}\n{}      {END}{after}", first_picture(reply)?))
}

/// The row as HTML.
fn first_picture(reply: &Reply) -> Result<String> {
    let missing = || Error::unknown("explained sentence in the reply", "first", []);
    let sentence = reply.sentences.first().ok_or_else(missing)?;
    let (row, verdict) = sentence.rows.first().zip(sentence.verdicts.first()).ok_or_else(missing)?;
    let mut chips = String::new();
    for (token, word) in sentence.tokens.iter().zip(&row.words) {
        let level = (word.intensity * 10.0).round() as i32;
        let (gap, text) = (escape(&token.gap), escape(&token.text));
        let _ =
            write!(chips, "{gap}<span class=\"chip\" data-level=\"{level}\" data-sign=\"{}\">{text}</span>", word.sign);
    }
    let mut bars = String::new();
    for (k, ((name, width), percent)) in
        reply.class_names.iter().zip(hundredths(&verdict.probabilities)).zip(&verdict.percent).enumerate()
    {
        let mark = if k == verdict.predicted { " data-predicted" } else { "" };
        let _ = writeln!(
            bars,
            "              <li class=\"bar\"{mark}><span class=\"bar-name\">{}</span><svg class=\"bar-track\" \
             aria-hidden=\"true\" width=\"100%\" height=\"10\"><rect class=\"bar-fill\" height=\"10\" rx=\"2\" \
             width=\"{}.{:02}%\"/></svg><span class=\"bar-percent\">{percent}</span></li>",
            escape(name),
            width / 100,
            width % 100,
        );
    }
    Ok(format!(
        r#"      <div class="example" id="example">
        <p class="summary">{}</p>
        <div class="answer-body">
          <div class="verdict">
            <p class="note">Probability of each class</p>
            <ul class="bars">
{bars}            </ul>
          </div>
          <div class="words">
            <p class="chips">{chips}</p>
            <p class="note">− {}, + {}. {}, {}, {}; computed when this page was built.</p>
          </div>
        </div>
      </div>
"#,
        escape(&row.summary),
        escape(&row.legend_against),
        escape(&row.legend_for),
        escape(&row.method_name),
        escape(&row.target_name),
        escape(&verdict.checkpoint_name),
    ))
}

/// Probabilities in hundredths of a percent that sum to exactly 100 %: the largest remainders are rounded up.
fn hundredths(probabilities: &[f32]) -> Vec<u32> {
    let exact: Vec<f64> = probabilities.iter().map(|p| f64::from(*p) * 10_000.0).collect();
    let mut shares: Vec<u32> = exact.iter().map(|share| share.floor() as u32).collect();
    let order = ascending(&exact.iter().map(|share| -share.fract()).collect::<Vec<_>>());
    let missing = 10_000u32.saturating_sub(shares.iter().sum()) as usize;
    for &k in order.iter().take(missing) {
        shares[k] += 1;
    }
    shares
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_box_is_read_and_unescaped() {
        let page = "<textarea id=\"text\" rows=\"2\">a &lt;b&gt; &amp; c</textarea>";
        assert_eq!(text_of(page).unwrap(), "a <b> & c");
        assert!(text_of("<p>no box</p>").is_err());
    }

    #[test]
    fn shares_are_rounded_so_that_they_sum_to_a_hundred_percent() {
        let shares = hundredths(&[1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]);
        assert_eq!(shares.iter().sum::<u32>(), 10_000);
        assert_eq!(hundredths(&[0.25, 0.75]), [2_500, 7_500]);
    }

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("<b>&\"x\"</b>"), "&lt;b&gt;&amp;&quot;x&quot;&lt;/b&gt;");
    }
}
