"""Records: what a run leaves on disk, written so that no crash spoils it and read without trust.

run_folder.py   create_run, clean_leftovers: numbered folders, never overwritten
lock.py         Lock: one trainer a run; holder: who it is
events.py       EventLog, read_events, truncate_events: the log, one JSON object a line
control.py      give_order, take_order: what a running training is asked to do
checkpoint.py   write, read, newest_valid, discard_after: all that a resume needs, verified
manifest.py     sizes and hashes of a checkpoint, and of itself
retention.py    victims: which checkpoints may go
artefact.py     write_artefact, read_artefact: the generator as a folder
tensors.py      encode, decode, read_tensors: safetensors, checked before they are trusted
weights.py      read_weights: published weights, .safetensors or .pth, by a reader that runs nothing
download.py     download: a published file, when asked for, whole or not at all
arrays.py       encode_arrays, read_arrays, read_specs: the same files for NumPy, without torch
text.py         read_json, write_json, read_yaml, write_yaml: strict and bounded
yaml_text.py    the part of YAML that config files need
leftovers.py    names of half-done things, replacing them at once, tidying after a kill
atomic.py       every operation that changes the disk, where tests inject failures
reading.py      bounded reading of regular files, and paths as printable text

Importing this room does not import torch; reading or writing tensors does.
"""
