"""What instructors and authors install: release, verify and grade assignments.

`authoring` makes notebooks, `box` runs student code, `wall` decides what crosses, `judge` gives
verdicts, `engine` takes a submission through all of them, `verify` proves that an assignment keeps
its promises. The host, the contract and the student's side are the distribution `gradewright`.
"""
