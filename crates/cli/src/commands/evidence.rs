//! `wordlight evidence`

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use wordlight_engine::Corpus;
use wordlight_evaluation::corpus::measure;
use wordlight_evaluation::human_labels::{Labelled, review_phrases, table};
use wordlight_evaluation::job::{Job, Sample};
use wordlight_evaluation::plan::{Chosen, Plan};
use wordlight_evaluation::section::section;
use wordlight_evaluation::summary::Summary;
use wordlight_evaluation::tables::{Names, csv, parquet};
use wordlight_site::Site;
use wordlight_site::data_files::write_data_file;
use wordlight_train::data::treebank::Split;
use wordlight_train::files::write_whole;

use crate::interrupt;
use crate::note;
use crate::terminal::say;
use crate::threads::with_threads;

/// Measure every method on the treebank's test sentences: faithfulness, stability, agreement with people.
///
/// Every network is measured, each with the methods that exist for it: the checkpoints of the paper's Table 1 (or the default
/// one), and other seeds of them. For each model rows-MODEL.parquet and rows-MODEL.csv are written (one row per sentence,
/// checkpoint and method); summary.json and means.csv hold all models that were measured into the same folder, each with means,
/// intervals, spread over seeds, paired comparisons and stability. A model that is measured again takes the place of its
/// former numbers and leaves the others alone. Every sentence is asked about, by every method, with every measure; only other
/// seeds of a large network (an LSTM, or hundreds of filters of several widths) see a tenth of the sentences, and of these half
/// by what takes longest. Random scores, the lengths of the vectors and the greedy optimum are measured beside the methods. A run
/// that was stopped goes on where it was when the same command is given again, and ends with the same bytes.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wordlight evidence --treebank trees --out runs/evidence
  wordlight evidence --treebank trees --out runs/evidence --model kim-cnn
  wordlight evidence --treebank trees --out runs/quick --sentences 200 --methods gradient,lrp-z,integrated-gradients
  wordlight evidence --treebank trees --human www/models/human-values.txt --corpus www/models/corpus.txt
  wordlight evidence --treebank trees --phrases crates/engine/src/study/review-phrases.txt")]
pub(super) struct Evidence {
    /// Folder with train.txt, dev.txt and test.txt (or with trees/ that has them)
    #[arg(long, value_name = "DIR")]
    treebank: PathBuf,
    /// Folder of `wordlight export`
    #[arg(long, value_name = "DIR", default_value = "www/models")]
    models: PathBuf,
    /// Folder for the tables and the summary
    #[arg(long, value_name = "DIR", required_unless_present_any = ["human", "corpus", "phrases"])]
    out: Option<PathBuf>,
    /// Methods, with commas between; all by default
    #[arg(long, value_name = "METHODS", value_delimiter = ',')]
    methods: Vec<String>,
    /// Models, with commas between; all by default
    #[arg(long = "model", value_name = "IDS", value_delimiter = ',')]
    model: Vec<String>,
    /// Checkpoints, with commas between [default: those of the paper's Table 1, or the model's own default; and their seeds]
    #[arg(long = "checkpoint", alias = "checkpoints", value_name = "IDS", value_delimiter = ',')]
    checkpoints: Vec<String>,
    /// Only checkpoints that were trained from these seeds; all by default
    #[arg(long, value_name = "SEEDS", value_delimiter = ',')]
    seeds: Vec<u64>,
    /// Only so many of the test sentences; 0 for all
    #[arg(long, default_value_t = 0, value_name = "N")]
    sentences: usize,
    /// Take every measure of every method on every sentence of other seeds of a large network too: an hour for each of an LSTM
    #[arg(long)]
    everything: bool,
    /// Of everything that is drawn; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: usize,
    /// Bootstrap resamples
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u32).range(10..=100_000))]
    resamples: u32,
    /// Write the human values of words to this file, as the page reads it
    #[arg(long, value_name = "FILE")]
    human: Option<PathBuf>,
    /// Write the words and windows that speak for each class to this file, as the page reads it, for the checkpoints
    /// named with --checkpoints or, without, for all but those of a timeline and of other seeds
    #[arg(long, value_name = "FILE")]
    corpus: Option<PathBuf>,
    /// Write the human values of the phrases of the paper's reviews to this file
    #[arg(long, value_name = "FILE")]
    phrases: Option<PathBuf>,
    /// Threads; 0 for one per processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
}

impl Evidence {
    pub(super) fn run(self) -> Result<()> {
        with_threads(self.threads, || self.measure())
    }

    fn measure(&self) -> Result<()> {
        let site = Site::open(&self.models)?;
        if let Some(path) = &self.human {
            let mut sentences = Vec::new();
            for split in [Split::Train, Split::Dev, Split::Test] {
                sentences.extend(Labelled::read(&self.treebank, split, 0)?);
            }
            write_data_file(&self.models, "human-values", path, table(&sentences).as_bytes())?;
            say!("{}", path.display());
        }
        if let Some(path) = &self.corpus {
            let mut corpus = Corpus::default();
            for checkpoint in self.whole_checkpoints(&site) {
                corpus.networks.push(measure(&site, &checkpoint, &self.treebank, (20, 10))?);
            }
            write_data_file(&self.models, "corpus", path, corpus.print().as_bytes())?;
            say!("{}", path.display());
        }
        if let Some(path) = &self.phrases {
            write_whole(path, review_phrases(&Labelled::read(&self.treebank, Split::Test, 0)?)?.as_bytes())?;
            say!("{}", path.display());
        }
        match &self.out {
            Some(out) => self.evidence(&site, out),
            None => Ok(()),
        }
    }

    /// The named checkpoints, or those that have a file of their own.
    fn whole_checkpoints(&self, site: &Site) -> Vec<String> {
        if !self.checkpoints.is_empty() {
            return self.checkpoints.clone();
        }
        let all = site.manifest().models.iter().flat_map(|model| &model.checkpoints);
        all.filter(|checkpoint| checkpoint.part.is_none()).map(|checkpoint| checkpoint.id.clone()).collect()
    }

    fn evidence(&self, site: &Site, out: &Path) -> Result<()> {
        if out.is_file() {
            bail!("{} is a file, expected a folder", out.display());
        }
        let plan = Plan {
            treebank: self.treebank.clone(),
            models: self.model.clone(),
            checkpoints: self.checkpoints.clone(),
            seeds: self.seeds.clone(),
            methods: self.methods.clone(),
            sentences: self.sentences,
            seed: self.seed,
            everything: self.everything,
        };
        let chosen = plan.choose(site)?;
        let sample = Sample::prepare(&plan, self.resamples as usize)?;
        // Everything that can be refused is refused before an hour's work.
        let path = out.join("summary.json");
        let there = Summary::open(&path, sample.frame())?;
        for chosen in &chosen {
            let ids: Vec<&str> = chosen.checkpoints.iter().map(|(entry, _)| entry.id.as_str()).collect();
            let lost = there.would_lose(site, &chosen.model.id, &ids);
            if !lost.is_empty() {
                bail!(
                    "{} holds more of {}, which this run would throw away ({}); name another folder with --out",
                    path.display(),
                    chosen.model.id,
                    lost.join(", ")
                );
            }
        }
        interrupt::listen();
        chosen.iter().try_for_each(|chosen| self.model(site, out, &sample, chosen))
    }

    /// Measures one model and puts it beside the others.
    fn model(&self, site: &Site, out: &Path, sample: &Sample, chosen: &Chosen<'_>) -> Result<()> {
        let started = Instant::now();
        let job = Job::prepare(site, sample, chosen)?;
        let template = "{msg} {wide_bar} {pos} of {len} sentences, {eta} left";
        let bar = ProgressBar::new(0)
            .with_style(ProgressStyle::with_template(template).expect("a fixed template"))
            .with_message(job.model().to_owned());
        let whole = job.run(out, &bar, &interrupt::asked)?;
        bar.finish_and_clear();
        let methods = job.methods();
        let names = Names::new(job.model(), job.subjects(), &methods);
        let put = |name: &str, bytes: &[u8]| -> Result<()> {
            write_whole(&out.join(name), bytes)?;
            say!("{:>10} bytes  {}", bytes.len(), out.join(name).display());
            Ok(())
        };
        put(&format!("rows-{}.csv", job.model()), csv(&whole.rows, &names).as_bytes())?;
        let table = parquet(&whole.rows, &names).context("cannot make the Parquet table")?;
        put(&format!("rows-{}.parquet", job.model()), &table)?;
        let path = out.join("summary.json");
        let mut summary = Summary::open(&path, sample.frame())?;
        summary.put(site, section(site, &job, &whole, self.resamples as usize)?);
        put("means.csv", summary.csv().as_bytes())?;
        put("summary.json", &summary.json()?)?;
        job.tidy(out)?;
        note!("{}: {:.0} s", job.model(), started.elapsed().as_secs_f64());
        Ok(())
    }
}
