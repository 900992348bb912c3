// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "graph/internal.h"

int count_ports(const struct ho_port *ports)
{
    int n = 0;
    while (ports && ports[n].name)
        n++;
    return n;
}

size_t count_parameters(const struct ho_parameter *parameters)
{
    size_t n = 0;
    while (parameters && parameters[n].name)
        n++;
    return n;
}

int find_parameter(const struct ho_node_type *type, const char *name)
{
    for (int i = 0; type->parameters && type->parameters[i].name; i++)
        if (strcmp(type->parameters[i].name, name) == 0)
            return i;
    return -1;
}

const struct ho_node_type *ho_node_type_find(const char *name)
{
    for (const struct ho_node_type *const *type = ho_node_types(); *type; type++)
        if (strcmp((*type)->name, name) == 0)
            return *type;
    return NULL;
}
