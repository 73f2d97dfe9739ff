import random
import statistics

from iris_prime import IrisToolError, iris

ROUNDS = 200


def throws():
    """How often two dice give each sum."""
    sums = [random.randint(1, 6) + random.randint(1, 6) for _ in range(ROUNDS)]
    return {total: sums.count(total) for total in range(2, 13)}


counts = throws()
for total, count in counts.items():
    print("%2d %s" % (total, "#" * (count // 2)))

most = max(counts, key=counts.get)
iris.log_event("dice.thrown", {"rounds": ROUNDS, "most": most})
iris.record_metric("dice.most", most)

figures = iris.get_metrics(name="dice.most", since="1d", bucket=None, aggregations=["count", "avg"])
now = figures["series"][0]["points"][0]
print("\nMost often in this run: %d" % most)
print("Runs of the last day: %d, with %.1f on average" % (now["count"], now["avg"]))
print("Spread of this run: %.1f" % statistics.pstdev(counts.values()))

try:
    iris.get_prompt("dice")
except IrisToolError as error:
    # A refused call says what to do next.
    print("\n%s: %s" % (error.code, error.message))
