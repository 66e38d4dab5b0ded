//! A run that can be taken up again: everything that the next epoch depends on, as a safetensors file.
//!
//! Order and random draws follow from the seed and the number of epochs, so they are not stored but replayed.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use ndarray::Array2;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};

use super::average::Average;
use super::learner::{set_tensors, tensors};
use super::trainer::{EpochLog, Trainer};

/// The metadata key.
const KEY: &str = "wordlight-run";

/// What is not a tensor.
#[derive(Serialize, Deserialize)]
struct Header {
    /// Of the data and the settings; a state goes with no other.
    fingerprint: String,
    logs: Vec<EpochLog>,
    adam_steps: i32,
    average_steps: u64,
    /// Bits of a 64-bit float: JSON would round it.
    log_decay: u64,
}

/// The state after an epoch. `fingerprint` names the data and the settings.
///
/// # Errors
/// If the file's writer refuses.
pub fn write_state(trainer: &mut Trainer<'_>, logs: &[EpochLog], fingerprint: &str) -> Result<Vec<u8>> {
    let mut blobs: Vec<(String, Dtype, Vec<u8>)> = Vec::new();
    let mut put = |name: String, values: &[f32]| {
        blobs.push((name, Dtype::F32, values.iter().flat_map(|v| v.to_le_bytes()).collect()));
    };
    for (i, tensor) in tensors(trainer.learner.parameters()).iter().enumerate() {
        put(format!("weights.{i}"), tensor);
    }
    let (adam_steps, moments, row_moments) = trainer.adam.memory();
    for (i, (m, v)) in moments.iter().enumerate() {
        put(format!("m.{i}"), m);
        put(format!("v.{i}"), v);
    }
    let flat = |array: &Array2<f32>| array.as_slice().expect("row-major").to_vec();
    if trainer.settings.tunes_table() {
        put("table".to_owned(), &flat(&trainer.table));
    }
    if let Some((m, v)) = row_moments {
        put("m.table".to_owned(), &flat(m));
        put("v.table".to_owned(), &flat(v));
    }
    let (mut average_steps, mut log_decay) = (0, 0.0f64);
    if let Some(average) = &trainer.average {
        (average_steps, log_decay) = (average.steps, average.log_decay);
        for (i, tensor) in average.tensors.iter().enumerate() {
            put(format!("average.{i}"), tensor);
        }
        if let Some(table) = &average.table {
            put("average.table".to_owned(), &flat(table));
            let decays = average.row_log_decay.iter().flat_map(|v| v.to_le_bytes()).collect();
            blobs.push(("average.rows".to_owned(), Dtype::F64, decays));
        }
    }
    let header = Header {
        fingerprint: fingerprint.to_owned(),
        logs: logs.to_vec(),
        adam_steps,
        average_steps,
        log_decay: log_decay.to_bits(),
    };
    let views = blobs.iter().map(|(name, dtype, bytes)| {
        let size = if *dtype == Dtype::F64 { 8 } else { 4 };
        Ok((name.as_str(), TensorView::new(*dtype, vec![bytes.len() / size], bytes)?))
    });
    let views = views.collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
    let metadata = HashMap::from([(KEY.to_owned(), serde_json::to_string(&header)?)]);
    Ok(safetensors::serialize(views, Some(metadata))?)
}

/// Brings a new trainer to where the state was written; returns the epochs so far.
///
/// # Errors
/// A file that is cut off or no state, or one of other data or settings.
pub fn read_state(trainer: &mut Trainer<'_>, bytes: &[u8], fingerprint: &str) -> Result<Vec<EpochLog>> {
    let (_, metadata) = SafeTensors::read_metadata(bytes)?;
    let header = metadata.metadata().as_ref().and_then(|metadata| metadata.get(KEY));
    let header: Header = serde_json::from_str(header.context("it does not say what run it belongs to")?)?;
    ensure!(header.fingerprint == fingerprint, "it was made from other data, settings or version of the program");
    let file = SafeTensors::deserialize(bytes)?;
    let floats = |name: &str| -> Result<Vec<f32>> {
        let data = file.tensor(name).with_context(|| name.to_owned())?;
        Ok(data.data().as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect())
    };
    let numbered = |prefix: &str, lengths: &[usize]| -> Result<Vec<Vec<f32>>> {
        lengths
            .iter()
            .enumerate()
            .map(|(i, &length)| {
                let values = floats(&format!("{prefix}.{i}"))?;
                ensure!(values.len() == length, "{prefix}.{i} has {} values, expected {length}", values.len());
                Ok(values)
            })
            .collect()
    };
    let shape = trainer.table.raw_dim();
    let square = |name: &str| -> Result<Array2<f32>> { Ok(Array2::from_shape_vec(shape, floats(name)?)?) };

    let lengths: Vec<usize> = tensors(trainer.learner.parameters()).iter().map(Vec::len).collect();
    set_tensors(trainer.learner.parameters(), &numbered("weights", &lengths)?);
    let moments = match header.adam_steps {
        0 => Vec::new(),
        _ => numbered("m", &lengths)?.into_iter().zip(numbered("v", &lengths)?).collect(),
    };
    let row_moments = match file.tensor("m.table").is_ok() {
        true => Some((square("m.table")?, square("v.table")?)),
        false => None,
    };
    trainer.adam.remember(header.adam_steps, moments, row_moments);
    if trainer.settings.tunes_table() {
        trainer.table = square("table")?;
    }
    if let Some(average) = &mut trainer.average {
        let table = average.table.as_ref().map(|_| square("average.table")).transpose()?;
        let row_log_decay: Vec<f64> = match &table {
            None => Vec::new(),
            Some(_) => {
                let tensor = file.tensor("average.rows")?;
                tensor.data().as_chunks::<8>().0.iter().map(|b| f64::from_le_bytes(*b)).collect()
            }
        };
        ensure!(row_log_decay.len() == average.row_log_decay.len(), "average.rows has another length than the table");
        *average = Average {
            steps: header.average_steps,
            tensors: numbered("average", &lengths)?,
            table,
            log_decay: f64::from_bits(header.log_decay),
            row_log_decay,
            ..average.clone()
        };
    }
    let done = header.logs.len().checked_sub(1).context("it has no epoch")?;
    trainer.skip_to(done);
    Ok(header.logs)
}
