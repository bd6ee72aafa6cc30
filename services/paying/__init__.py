"""From a balance to an artist's account: wishes, payment runs and their results, holds, claims, totals and trends."""
