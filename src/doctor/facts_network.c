/* What a host says of its networks, and the environment of what MPI does with them. */

#include <arpa/inet.h>
#include <dirent.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"

static bool is_active(const char *folder, const char *device, const char *port)
{
    char path[512];
    char state[64] = "";
    FILE *file;

    snprintf(path, sizeof(path), "%s/%.100s/ports/%.20s/state", folder, device, port);
    file = fopen(path, "r");
    if (file != NULL) {
        if (fgets(state, sizeof(state), file) == NULL) {
            state[0] = '\0';
        }
        fclose(file);
    }
    return strstr(state, "ACTIVE") != NULL;
}

/* InfiniBand, Omni-Path and RoCE all show their ports there. */
static bool find_fast_network(void)
{
    static const char folder[] = "/sys/class/infiniband";
    DIR *devices = opendir(folder);
    const struct dirent *device;
    bool found = false;

    while (devices != NULL && !found && (device = readdir(devices)) != NULL) {
        found = device->d_name[0] != '.' && is_active(folder, device->d_name, "1");
    }
    if (devices != NULL) {
        closedir(devices);
    }
    return found;
}

static void add_address(const struct ifaddrs *device, doctor_network *network)
{
    doctor_address *address = &network->addresses[network->num_addresses];
    const struct sockaddr_in *internet = (const struct sockaddr_in *)(const void *)device->ifa_addr;

    snprintf(address->device, DOCTOR_NAME, "%.60s", device->ifa_name);
    if (inet_ntop(AF_INET, &internet->sin_addr, address->text, DOCTOR_NAME) != NULL) {
        network->num_addresses++;
    }
}

static void find_addresses(doctor_network *network)
{
    struct ifaddrs *devices = NULL;

    if (getifaddrs(&devices) != 0) {
        return;
    }
    for (const struct ifaddrs *device = devices; device != NULL; device = device->ifa_next) {
        if (device->ifa_addr != NULL && device->ifa_addr->sa_family == AF_INET &&
            (device->ifa_flags & IFF_UP) != 0 && (device->ifa_flags & IFF_LOOPBACK) == 0 &&
            network->num_addresses < DOCTOR_MAX_ADDRESSES) {
            add_address(device, network);
        }
    }
    freeifaddrs(devices);
}

/* Whether the list names tcp, and does not begin with the sign that leaves out what it names. */
static bool names_tcp(const char *list)
{
    return list[0] != '^' && strstr(list, "tcp") != NULL;
}

static void find_forced_tcp(char text[DOCTOR_TEXT])
{
    static const char *const variables[] = {"OMPI_MCA_btl", "UCX_TLS", "FI_PROVIDER"};
    const char *pml = getenv("OMPI_MCA_pml");

    text[0] = '\0';
    for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
        const char *value = getenv(variables[i]);

        if (value != NULL && names_tcp(value) &&
            (i > 0 || pml == NULL || strcmp(pml, "ob1") == 0)) {
            snprintf(text, DOCTOR_TEXT, "%s=%.100s", variables[i], value);
            return;
        }
    }
}

void doctor_find_network(doctor_network *network)
{
    const char *flags = getenv("OMPI_MCA_btl_tcp_flags");

    *network = (doctor_network){.fast = find_fast_network()};
    snprintf(network->tcp_flags, DOCTOR_NAME, "%.60s", flags == NULL ? "" : flags);
    find_forced_tcp(network->forced_tcp);
    find_addresses(network);
}
