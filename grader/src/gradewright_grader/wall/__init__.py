"""The wall: how frames travel between the judge and a submission's process.

`packets` puts a frame into one packet of a SEQPACKET socket, or into a sealed memory file when it
is large; `transport` is the judge's end, `serving` the submission's. `payload` is what a boxed child
runs: the notebook, then forks of its state that serve requests; it tells the supervisor what
happens in the messages of `reports`. What frames mean is `gradewright.values`; who starts and ends
processes is `box`; what is asked is the judge's.
"""
