-- Queries over Chinook. Each begins with a line `-- name: NAME`; its answer by PostgreSQL 15 stands in
-- answers/chinook/NAME.txt. Every query orders its rows totally.

-- name: inner_join_on
SELECT t.track_id, t.name, a.title, ar.name AS artist
FROM track t
JOIN album a ON a.album_id = t.album_id
JOIN artist ar ON ar.artist_id = a.artist_id
WHERE ar.name = 'Led Zeppelin'
ORDER BY t.track_id;

-- name: inner_join_using_aggregate
SELECT g.name, count(*) AS tracks, sum(t.milliseconds) AS milliseconds, round(avg(t.bytes), 2) AS average_bytes
FROM track t JOIN genre g USING (genre_id)
GROUP BY g.name
ORDER BY tracks DESC, g.name;

-- name: natural_join
SELECT playlist_id, count(*), min(track_id), max(track_id)
FROM playlist NATURAL JOIN playlist_track
GROUP BY playlist_id
ORDER BY playlist_id;

-- name: left_join_without_match
SELECT ar.artist_id, ar.name
FROM artist ar LEFT JOIN album al ON al.artist_id = ar.artist_id
WHERE al.album_id IS NULL
ORDER BY ar.artist_id
LIMIT 40;

-- name: left_join_count
SELECT p.playlist_id, p.name, count(pt.track_id) AS tracks
FROM playlist p LEFT JOIN playlist_track pt ON pt.playlist_id = p.playlist_id
GROUP BY p.playlist_id, p.name
ORDER BY p.playlist_id;

-- name: right_join
SELECT e.employee_id, e.last_name, c.customer_id, c.last_name AS customer
FROM customer c RIGHT JOIN employee e ON c.support_rep_id = e.employee_id AND c.country = 'Brazil'
ORDER BY e.employee_id, c.customer_id NULLS FIRST;

-- name: full_join
SELECT x.n AS left_n, y.n AS right_n
FROM (SELECT DISTINCT country AS n FROM customer WHERE country < 'G') x
FULL JOIN (SELECT DISTINCT billing_country AS n FROM invoice WHERE billing_country > 'B') y ON x.n = y.n
ORDER BY coalesce(x.n, y.n);

-- name: cross_join
SELECT m.name AS media, g.name AS genre
FROM media_type m CROSS JOIN genre g
WHERE g.genre_id <= 4
ORDER BY m.media_type_id, g.genre_id;

-- name: self_join_hierarchy
SELECT e.first_name || ' ' || e.last_name AS employee, m.first_name || ' ' || m.last_name AS manager
FROM employee e LEFT JOIN employee m ON e.reports_to = m.employee_id
ORDER BY e.employee_id;

-- name: self_join_inequality
SELECT a.customer_id, b.customer_id AS other, a.city
FROM customer a JOIN customer b ON a.city = b.city AND a.customer_id < b.customer_id
ORDER BY a.customer_id, b.customer_id;

-- name: semi_join_exists
SELECT c.customer_id, c.first_name, c.last_name
FROM customer c
WHERE EXISTS (SELECT 1 FROM invoice i WHERE i.customer_id = c.customer_id AND i.total > 15)
ORDER BY c.customer_id;

-- name: anti_join_not_exists
SELECT t.genre_id, count(*) AS unsold
FROM track t
WHERE NOT EXISTS (SELECT 1 FROM invoice_line il WHERE il.track_id = t.track_id)
GROUP BY t.genre_id
ORDER BY t.genre_id;

-- name: semi_join_in
SELECT track_id, name FROM track
WHERE track_id IN (SELECT track_id FROM playlist_track WHERE playlist_id IN (9, 16, 17))
ORDER BY name, track_id
LIMIT 25;

-- name: anti_join_not_in
SELECT genre_id, name FROM genre
WHERE genre_id NOT IN (SELECT genre_id FROM track WHERE milliseconds > 400000 AND genre_id IS NOT NULL)
ORDER BY genre_id;

-- name: aggregates_with_filter
SELECT billing_country,
       count(*) AS invoices,
       count(*) FILTER (WHERE total >= 10) AS large,
       sum(total) FILTER (WHERE total < 2) AS small_sum,
       max(total) AS largest
FROM invoice
GROUP BY billing_country
ORDER BY invoices DESC, billing_country;

-- name: count_distinct
SELECT count(*), count(composer), count(DISTINCT composer), count(DISTINCT album_id), count(DISTINCT unit_price)
FROM track;

-- name: having
SELECT a.artist_id, ar.name, count(*) AS albums
FROM album a JOIN artist ar ON ar.artist_id = a.artist_id
GROUP BY a.artist_id, ar.name
HAVING count(*) >= 5
ORDER BY albums DESC, a.artist_id;

-- name: group_by_expression
SELECT extract(year FROM invoice_date) AS year, extract(quarter FROM invoice_date) AS quarter,
       count(*) AS invoices, sum(total) AS total
FROM invoice
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: scalar_subquery
SELECT customer_id, (SELECT sum(total) FROM invoice i WHERE i.customer_id = c.customer_id) AS spent,
       (SELECT max(invoice_date) FROM invoice i WHERE i.customer_id = c.customer_id) AS last_invoice
FROM customer c
ORDER BY spent DESC, customer_id
LIMIT 15;

-- name: correlated_comparison
SELECT t.track_id, t.name, t.genre_id, t.milliseconds
FROM track t
WHERE t.milliseconds > 5 * (SELECT avg(u.milliseconds) FROM track u WHERE u.genre_id = t.genre_id)
ORDER BY t.track_id;

-- name: cte_chain
WITH spent AS (
  SELECT customer_id, sum(total) AS total FROM invoice GROUP BY customer_id
), ranked AS (
  SELECT c.country, c.customer_id, s.total FROM customer c JOIN spent s USING (customer_id)
)
SELECT country, count(*) AS customers, sum(total) AS total, round(avg(total), 3) AS average
FROM ranked
GROUP BY country
HAVING sum(total) > 70
ORDER BY total DESC, country;

-- name: set_operations
(SELECT city FROM customer UNION SELECT city FROM employee)
EXCEPT
(SELECT billing_city FROM invoice WHERE total > 8)
ORDER BY 1;

-- name: union_all_intersect
SELECT last_name FROM customer
INTERSECT
SELECT last_name FROM (SELECT last_name FROM employee UNION ALL SELECT last_name FROM customer) x
ORDER BY last_name
LIMIT 20;

-- name: case_buckets
SELECT CASE WHEN milliseconds < 180000 THEN 'short'
            WHEN milliseconds < 360000 THEN 'medium'
            WHEN milliseconds < 900000 THEN 'long'
            ELSE 'film' END AS length,
       count(*), sum(unit_price), min(milliseconds), max(milliseconds)
FROM track
GROUP BY length
ORDER BY min(milliseconds);

-- name: date_arithmetic
SELECT employee_id, hire_date, hire_date + interval '1 year 2 months' AS later, hire_date - birth_date AS days,
       age(hire_date, birth_date) AS age, date_trunc('month', hire_date) AS month,
       extract(dow FROM hire_date) AS weekday, to_char(hire_date, 'YYYY-MM-DD Day') AS text
FROM employee
ORDER BY employee_id;

-- name: numeric_rounding
SELECT invoice_id, total, round(total * 1.19, 2) AS gross, trunc(total / 7, 4) AS seventh, ceil(total), floor(-total),
       total % 3 AS remainder, round(total, -1) AS tens, (total * 100)::int AS cents
FROM invoice
WHERE invoice_id % 29 = 0
ORDER BY invoice_id;

-- name: string_functions
SELECT customer_id, upper(last_name) AS upper, lower(first_name) AS lower, length(company) AS length,
       substring(email FROM position('@' IN email) + 1) AS domain, split_part(phone, ' ', 1) AS prefix,
       replace(postal_code, '-', '') AS code, lpad(customer_id::text, 4, '0') AS padded, left(city, 3) AS city,
       initcap(lower(country)) AS country
FROM customer
ORDER BY customer_id
LIMIT 20;

-- name: nulls_ordering_and_offset
SELECT customer_id, state, company
FROM customer
ORDER BY state DESC NULLS LAST, company NULLS FIRST, customer_id
LIMIT 20 OFFSET 10;

-- name: select_distinct
SELECT DISTINCT billing_country, billing_state
FROM invoice
WHERE billing_state IS NOT NULL
ORDER BY billing_country, billing_state;

-- name: view_over_joins
CREATE VIEW sales AS
  SELECT ar.name AS artist, il.unit_price * il.quantity AS amount
  FROM invoice_line il
  JOIN track t USING (track_id)
  JOIN album al USING (album_id)
  JOIN artist ar USING (artist_id);
SELECT artist, count(*) AS lines, sum(amount) AS amount, string_agg(DISTINCT amount::text, '/' ORDER BY amount::text) AS prices
FROM sales
GROUP BY artist
ORDER BY amount DESC, artist
LIMIT 15;
DROP VIEW sales;
