"""Learn a table of numbers from a CSV file and write generated rows in the same units."""

import csv
import math
from pathlib import Path

import zerosum as zs

# 400 days: temperature in degrees Celsius, and a sale that grows with it
rows = [
    (15 + 10 * math.sin(day / 58), 100 + 8 * math.sin(day / 58) + day % 7) for day in range(400)
]
with Path("weather.csv").open("w", newline="") as file:
    csv.writer(file).writerows([("temperature", "sales"), *rows])

gan = zs.GAN(recipe="ns-r1", steps=300).fit("weather.csv")
print(f"{'temperature':>12} {'sales':>8}")
for temperature, sales in gan.sample(5, seed=0):
    print(f"{temperature:12.1f} {sales:8.1f}")
