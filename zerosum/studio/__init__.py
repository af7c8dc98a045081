"""The studio: a local web app to watch a GAN learn, follow a run, and play with what it learnt.

- `app`: every route behind one guard; `serve`: the server that a person starts
- `settings`: what the studio was told; `shared`: what its routes share
- `index`: runs and generators by opaque numbers
- `guard`: who may ask; `doors`: the headers and cookies that decide it
- `endpoint`: a route that says what it takes; `bodies`: requests read with a cap; `bounds`: what they may
  ask for; `openapi`: their description; `sentences`: what refusals may say; `patience`: their time
- `pictures`: an uploaded picture as pixels; `decoding`: the process of its own that decodes it
- `pages`: the page and its files
- `socket`: one binary WebSocket with channels; `channel`: what stands behind one; `mailbox`: the newest
  frame only; `frames`: numbers as bytes
- `game/`: the game on points, live
- `runs/`: a run, followed while it trains
- `explore/`: what a trained generator can make
- `learn/`: the claims of the theory, each with a picture to play with
"""
