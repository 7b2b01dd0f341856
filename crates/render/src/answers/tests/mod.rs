mod hostile;
mod judged;
mod rules;
mod same;
mod samples;
mod snapshots;
mod split;
mod understood;
