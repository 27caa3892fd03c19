// SQL text of definitions, as pg_get_indexdef() and pg_get_constraintdef() give it.
#ifndef HELIOSDB_CORE_CATALOG_DEFINITION_TEXT_H_
#define HELIOSDB_CORE_CATALOG_DEFINITION_TEXT_H_

#include <string>

#include "core/catalog/catalog_image.h"

namespace heliosdb::catalog {

// CREATE UNIQUE INDEX t_a_key ON public.t USING btree (a)
std::string IndexDefinition(const CatalogImage& image, const Index& index);
std::string ClusteredKeyDefinition(const CatalogImage& image, const Table& table);
// PRIMARY KEY (a), UNIQUE (a), CHECK ((a > 0)), FOREIGN KEY (a) REFERENCES p(id) ON DELETE CASCADE
std::string ConstraintDefinition(const CatalogImage& image, const Table& table,
                                 const ClusteredKey& key);
std::string ConstraintDefinition(const CatalogImage& image, const Index& index);
std::string ConstraintDefinition(const CatalogImage& image, const Table& table,
                                 const CheckConstraint& check);
std::string ConstraintDefinition(const CatalogImage& image, const Table& table,
                                 const ForeignKey& key);

}  // namespace heliosdb::catalog

#endif  // HELIOSDB_CORE_CATALOG_DEFINITION_TEXT_H_
