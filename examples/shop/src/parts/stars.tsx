/** Five stars, as many of them filled as the rating says. */
export function Stars({ rating, count }: { rating: number; count?: number }) {
  const text = `${rating.toFixed(1)} of 5 stars${count === undefined ? "" : `, ${count} review${count === 1 ? "" : "s"}`}`;
  return (
    <p class="stars">
      <span role="img" aria-label={text} style={{ "--filled": `${rating * 20}%` }}>
        ★★★★★
      </span>
      {count !== undefined && (
        <span class="quiet" aria-hidden="true">
          {rating.toFixed(1)} · {count} review{count === 1 ? "" : "s"}
        </span>
      )}
    </p>
  );
}
