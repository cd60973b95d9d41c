#include "row_of.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::printing {

namespace {

TEST(columns_storage, volumes_and_claims) {
  EXPECT_EQ(row_of("", "PersistentVolume", made(R"("spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteMany",
              "ReadWriteOnce"],"persistentVolumeReclaimPolicy":"Retain","claimRef":{"namespace":"n","name":"c"},
              "storageClassName":"fast","volumeMode":"Filesystem"},"status":{"phase":"Bound"})")),
            R"(["x","1Gi","RWO,RWX","Retain","Bound","n/c","fast","<unset>","","60m","Filesystem"])");
  EXPECT_EQ(row_of("", "PersistentVolumeClaim", made(R"("spec":{"volumeName":"v","storageClassName":"fast"},
              "status":{"phase":"Bound","capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"]})")),
            R"(["x","Bound","v","1Gi","RWO","fast","<unset>","60m","<unset>"])");
  EXPECT_EQ(row_of("", "PersistentVolumeClaim", made(R"("spec":{},"status":{"phase":"Pending"})")),
            R"(["x","Pending","","","","","<unset>","60m","<unset>"])");
}

TEST(columns_storage, classes_and_drivers) {
  EXPECT_EQ(row_of("storage.k8s.io", "StorageClass", R"({"metadata":{"name":"x","annotations":{
              "storageclass.kubernetes.io/is-default-class":"true"}},"provisioner":"p"})"),
            R"j(["x (default)","p","Delete","Immediate",false,"<unknown>"])j");
  EXPECT_EQ(row_of("storage.k8s.io", "CSIDriver", made(R"("spec":{"attachRequired":false,
              "volumeLifecycleModes":["Persistent","Ephemeral"],
              "tokenRequests":[{"audience":"a"},{"audience":"b"}]})")),
            R"(["x",false,false,false,"a,b",false,"Persistent,Ephemeral","60m"])");
  EXPECT_EQ(row_of("storage.k8s.io", "CSINode", made(R"("spec":{"drivers":[{},{}]})")), R"(["x",2,"60m"])");
  EXPECT_EQ(row_of("storage.k8s.io", "VolumeAttachment", made(R"("spec":{"attacher":"a","nodeName":"n",
              "source":{"persistentVolumeName":"v"}},"status":{"attached":true})")),
            R"(["x","a","v","n",true,"60m"])");
}

} // namespace

} // namespace troupe::policies::printing
