-- Queries over Northwind; see chinook.sql for the form. Prices are single-precision numbers: sums of them would
-- depend on the order of addition, so they are cast to numeric first.

-- name: order_totals
SELECT o.order_id, o.customer_id, count(*) AS lines,
       round(sum(od.unit_price::numeric * od.quantity * (1 - od.discount::numeric)), 2) AS total
FROM orders o JOIN order_details od ON od.order_id = o.order_id
GROUP BY o.order_id, o.customer_id
ORDER BY total DESC, o.order_id
LIMIT 20;

-- name: five_way_join
SELECT o.order_id, c.company_name, e.last_name, s.company_name AS shipper, p.product_name, od.quantity
FROM orders o
JOIN customers c ON c.customer_id = o.customer_id
JOIN employees e ON e.employee_id = o.employee_id
JOIN shippers s ON s.shipper_id = o.ship_via
JOIN order_details od ON od.order_id = o.order_id
JOIN products p ON p.product_id = od.product_id
WHERE o.ship_country = 'Switzerland'
ORDER BY o.order_id, p.product_name;

-- name: left_join_customers_without_orders
SELECT c.customer_id, c.company_name, o.order_id
FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id
WHERE o.order_id IS NULL
ORDER BY c.customer_id;

-- name: right_join_suppliers
SELECT s.supplier_id, s.company_name, p.product_id, p.product_name
FROM products p RIGHT JOIN suppliers s ON s.supplier_id = p.supplier_id AND p.discontinued = 1
ORDER BY s.supplier_id, p.product_id;

-- name: full_join_cities
SELECT c.city AS customer_city, s.city AS supplier_city, count(*) AS pairs
FROM customers c FULL JOIN suppliers s ON c.city = s.city
GROUP BY c.city, s.city
ORDER BY c.city NULLS LAST, s.city NULLS LAST;

-- name: cross_join_regions
SELECT r.region_id, s.shipper_id, trim(r.region_description) || '/' || s.company_name AS pair
FROM region r, shippers s
ORDER BY r.region_id, s.shipper_id;

-- name: natural_join_territories
SELECT region_id, trim(region_description) AS region, count(*) AS territories
FROM territories NATURAL JOIN region
GROUP BY region_id, region_description
ORDER BY region_id;

-- name: join_using_three
SELECT employee_id, last_name, count(DISTINCT territory_id) AS territories, min(trim(territory_description)) AS first
FROM employees JOIN employee_territories USING (employee_id) JOIN territories USING (territory_id)
GROUP BY employee_id, last_name
ORDER BY employee_id;

-- name: self_join_managers
SELECT m.last_name AS manager, count(*) AS reports, string_agg(e.last_name, ', ' ORDER BY e.last_name) AS names
FROM employees e JOIN employees m ON e.reports_to = m.employee_id
GROUP BY m.employee_id, m.last_name
ORDER BY m.last_name;

-- name: self_join_same_price
SELECT a.product_id, b.product_id AS other, a.unit_price
FROM products a JOIN products b ON a.unit_price = b.unit_price AND a.product_id < b.product_id
ORDER BY a.product_id, b.product_id;

-- name: exists_correlated
SELECT p.product_id, p.product_name
FROM products p
WHERE EXISTS (SELECT 1 FROM order_details od JOIN orders o USING (order_id)
              WHERE od.product_id = p.product_id AND od.quantity > 100 AND o.ship_country = 'Germany')
ORDER BY p.product_id;

-- name: not_exists_late_customers
SELECT c.customer_id, c.country
FROM customers c
WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.customer_id AND o.shipped_date > o.required_date)
  AND c.country IN ('USA', 'Germany', 'France')
ORDER BY c.country, c.customer_id;

-- name: in_subquery_rows
SELECT order_id, customer_id, employee_id
FROM orders
WHERE (customer_id, employee_id) IN (SELECT customer_id, min(employee_id) FROM orders GROUP BY customer_id)
  AND order_date < date '1996-08-01'
ORDER BY order_id;

-- name: not_in_with_null
SELECT employee_id FROM employees WHERE employee_id NOT IN (SELECT reports_to FROM employees) ORDER BY employee_id;

-- name: any_and_all
SELECT product_id, unit_price
FROM products
WHERE unit_price > ALL (SELECT unit_price FROM products WHERE category_id = 3)
   OR unit_price = ANY (SELECT min(unit_price) FROM products GROUP BY category_id)
ORDER BY product_id;

-- name: aggregates_of_numbers
SELECT category_id, count(*), min(unit_price), max(unit_price), round(avg(unit_price::numeric), 4) AS average,
       sum(units_in_stock) AS stock, count(DISTINCT supplier_id) AS suppliers,
       round(stddev_samp(units_in_stock), 6) AS deviation, bool_or(discontinued = 1) AS any_discontinued
FROM products
GROUP BY category_id
ORDER BY category_id;

-- name: having_with_case
SELECT ship_country, count(*) AS orders, sum(CASE WHEN shipped_date IS NULL THEN 1 ELSE 0 END) AS open
FROM orders
GROUP BY ship_country
HAVING sum(CASE WHEN shipped_date IS NULL THEN 1 ELSE 0 END) > 0
ORDER BY open DESC, ship_country;

-- name: group_by_month
SELECT date_trunc('month', order_date::timestamp) AS month, to_char(order_date, 'Mon YYYY') AS label, count(*) AS orders,
       count(*) FILTER (WHERE freight > 100) AS heavy
FROM orders
GROUP BY 1, 2
ORDER BY 1;

-- name: scalar_subqueries
SELECT category_name,
       (SELECT count(*) FROM products p WHERE p.category_id = c.category_id) AS products,
       (SELECT product_name FROM products p WHERE p.category_id = c.category_id
        ORDER BY unit_price DESC, product_id LIMIT 1) AS dearest
FROM categories c
ORDER BY category_id;

-- name: correlated_above_average
SELECT p.product_id, p.product_name, p.unit_price
FROM products p
WHERE p.unit_price::numeric > 2 * (SELECT avg(q.unit_price::numeric) FROM products q WHERE q.category_id = p.category_id)
ORDER BY p.product_id;

-- name: cte_used_twice
WITH by_country AS (
  SELECT ship_country AS country, count(*) AS orders FROM orders GROUP BY ship_country
)
SELECT a.country, a.orders
FROM by_country a
WHERE a.orders > (SELECT avg(orders) FROM by_country)
ORDER BY a.orders DESC, a.country;

-- name: recursive_hierarchy
WITH RECURSIVE chain AS (
  SELECT employee_id, last_name::text AS path, 0 AS depth FROM employees WHERE reports_to IS NULL
  UNION ALL
  SELECT e.employee_id, c.path || ' > ' || e.last_name, c.depth + 1
  FROM employees e JOIN chain c ON e.reports_to = c.employee_id
)
SELECT employee_id, depth, path FROM chain ORDER BY path;

-- name: union_of_contacts
SELECT 'customer' AS kind, contact_name, country FROM customers WHERE country IN ('Spain', 'Sweden')
UNION
SELECT 'supplier', contact_name, country FROM suppliers WHERE country IN ('Spain', 'Sweden')
ORDER BY kind, contact_name;

-- name: except_all_intersect_all
(SELECT country FROM customers EXCEPT ALL SELECT country FROM suppliers)
INTERSECT ALL
SELECT ship_country FROM orders WHERE order_id % 7 = 0
ORDER BY country
LIMIT 30;

-- name: case_simple_and_nested
SELECT order_id, CASE ship_via WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'other' END AS via,
       CASE WHEN freight < 10 THEN CASE WHEN freight < 1 THEN 'tiny' ELSE 'light' END
            WHEN freight < 100 THEN 'normal' ELSE 'heavy' END AS weight
FROM orders
WHERE order_id BETWEEN 10250 AND 10275
ORDER BY order_id;

-- name: dates_and_intervals
SELECT order_id, required_date - order_date AS days, shipped_date - order_date AS took,
       order_date + 30 AS due, order_date + interval '1 month' AS month_later, age(shipped_date, order_date) AS age,
       extract(isodow FROM order_date) AS weekday, extract(week FROM order_date) AS week,
       to_char(order_date, 'DD.MM.YY') AS text, order_date::timestamp + interval '36:30:15' AS instant
FROM orders
WHERE order_id BETWEEN 10300 AND 10315
ORDER BY order_id;

-- name: numeric_arithmetic
SELECT product_id, round(unit_price::numeric, 1) AS rounded, round(unit_price::numeric / 3, 5) AS third,
       unit_price::numeric * units_in_stock AS value, mod(units_in_stock, 7) AS remainder,
       abs(units_in_stock - units_on_order) AS difference, sign(units_on_order - 10) AS sign,
       power(2, category_id)::int AS power, round(sqrt(units_in_stock::numeric), 6) AS root
FROM products
WHERE product_id % 4 = 1
ORDER BY product_id;

-- name: text_matching
SELECT customer_id, company_name, contact_title
FROM customers
WHERE (company_name LIKE '%markt%' OR company_name ILIKE 'la %' OR contact_name ~ '^(Ann|Mar)[a-z]+ [A-M]')
  AND contact_title NOT LIKE 'Owner%'
ORDER BY customer_id;

-- name: distinct_order_nulls_offset
SELECT DISTINCT region, country
FROM customers
WHERE country <> 'Germany'
ORDER BY region NULLS FIRST, country
LIMIT 25 OFFSET 3;

-- name: view_with_aggregate
CREATE VIEW product_sales AS
  SELECT p.category_id, p.product_id, p.product_name, sum(od.quantity) AS quantity, max(o.order_date) AS last_sold
  FROM products p JOIN order_details od USING (product_id) JOIN orders o USING (order_id)
  GROUP BY p.category_id, p.product_id, p.product_name;
SELECT c.category_name, s.product_name, s.quantity, s.last_sold
FROM product_sales s JOIN categories c USING (category_id)
WHERE s.quantity = (SELECT max(t.quantity) FROM product_sales t WHERE t.category_id = s.category_id)
ORDER BY c.category_name, s.product_name;
DROP VIEW product_sales;
